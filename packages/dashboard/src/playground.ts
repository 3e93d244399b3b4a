/**
 * What a playground adds to the page: the traffic as its clients see it, and things to try. A host that has these hands
 * a `PlaygroundSource` to `dashboardHandler`; the page then shows a panel, fed by `GET api/playground` and by the event
 * `playground` of the stream, and acts through `POST api/playground/:control`.
 */
export interface PlaygroundSource {
  /** The present; called whenever somebody looks, so it should be at hand. */
  state(): PlaygroundState
  /** Calls `changed` when `state()` may tell something new (once a second is plenty); returns a function that ends it. */
  subscribe(changed: () => void): () => void
  /**
   * Presses a button (`on` is undefined) or sets a switch. Resolves when it is done or under way; what it has led to
   * shows in `state()`. Rejects with a sentence for people.
   */
  act(control: string, on: boolean | undefined): Promise<void>
}

export interface PlaygroundState {
  /** One sentence on which parts are stand-ins. */
  readonly note?: string
  readonly services: readonly ServiceTraffic[]
  /** In the order in which they are shown. */
  readonly controls: readonly PlaygroundControl[]
}

/** Real requests to one service, counted at the client over the last seconds. */
export interface ServiceTraffic {
  readonly namespace: string
  readonly service: string
  /** Production first. */
  readonly versions: readonly VersionTraffic[]
}

export interface VersionTraffic {
  readonly version: string
  readonly role: 'production' | 'canary'
  readonly requestsPerSecond: number
  readonly errorsPerSecond: number
  /** Median latency, milliseconds; absent without requests. */
  readonly latencyMs?: number
}

/** Something to try: a button, or a switch that stays. */
export type PlaygroundControl = {
  /** Names it in `act`: lower case letters, digits and `-`. */
  readonly id: string
  /** What it does, as an imperative: "Make v04 fail". */
  readonly label: string
  /** One sentence on what to watch for. */
  readonly hint?: string
  /** Why it can not be used now; absent when it can. */
  readonly unavailable?: string
} & ({ readonly kind: 'button' } | { readonly kind: 'switch'; readonly on: boolean })
