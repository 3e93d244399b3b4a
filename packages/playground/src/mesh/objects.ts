/** The fields that are read here, of Istio's and Kubernetes's objects. What a user wrote may be anything else. */

export interface StringMatch {
  readonly exact?: string
  readonly prefix?: string
  readonly regex?: string
}

export interface HttpMatch {
  readonly name?: string
  readonly uri?: StringMatch
  readonly method?: StringMatch
  readonly headers?: Readonly<Record<string, StringMatch>>
  readonly ignoreUriCase?: boolean
}

export interface WeightedDestination {
  readonly destination?: {
    readonly host?: string
    readonly subset?: string
    readonly port?: { readonly number?: number }
  }
  readonly weight?: number
}

export interface HttpRoute {
  readonly name?: string
  readonly match?: readonly HttpMatch[]
  readonly route?: readonly WeightedDestination[]
  /** e.g. `10s` */
  readonly timeout?: string
}

export interface VirtualServiceSpec {
  readonly hosts?: readonly string[]
  readonly http?: readonly HttpRoute[]
}

export interface DestinationRuleSpec {
  readonly host?: string
  readonly subsets?: readonly { readonly name?: string; readonly labels?: Readonly<Record<string, string>> }[]
}

export interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>
  readonly ports?: readonly { readonly port: number }[]
}
