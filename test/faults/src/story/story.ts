/** What one rollout is meant to live through; its end follows from it, whatever faults there are. */
export type Plot =
  | { readonly is: 'healthy' }
  /** The canary fails from this weight on. */
  | {
      readonly is: 'sick'
      readonly from: number
      /** What a person says when it is frozen. */
      readonly command?: 'promote' | 'abort'
    }
  /** None of its pods is available from this weight on. */
  | { readonly is: 'dead'; readonly from: number }
  /** A person gives a command at this weight. */
  | { readonly is: 'commanded'; readonly at: number; readonly command: 'abort' | 'pause' | 'promote' }
  /** Somebody else changes the weight. */
  | { readonly is: 'foreign'; readonly at: number; readonly to: number }
  | { readonly is: 'deleted'; readonly at: number }
  /** People do what they like: its end can not be foretold, but that it has one can. */
  | { readonly is: 'chaos'; readonly happenings: readonly Happening[] }

export interface Spec {
  readonly increment: number
  readonly interval: number
  readonly if_unhealthy: 'rollback' | 'freeze'
  readonly traffic_limit: number
  readonly at_limit: 'hold' | 'promote'
  readonly propagation: number
}

/** For a rollout that is to live fast: its canary is promoted at 30 %. */
export const hurried: Spec = {
  increment: 10,
  interval: 2,
  if_unhealthy: 'rollback',
  traffic_limit: 30,
  at_limit: 'promote',
  propagation: 0,
}

export interface RolloutStory {
  readonly spec: Spec
  readonly plot: Plot
  /** What the two destinations share of their route. */
  readonly sum: number
}

/** Something that people or the cluster do to one rollout. */
export type Happening = { readonly at: number } & (
  | { readonly do: 'command'; readonly name: string }
  | { readonly do: 'edit'; readonly spec: Readonly<Record<string, unknown>> }
  | { readonly do: 'weight'; readonly to: number }
  | { readonly do: 'label'; readonly subset: 'production' | 'canary'; readonly version: string }
  | { readonly do: 'pods'; readonly version: string; readonly available: number }
  | { readonly do: 'health'; readonly is: 'healthy' | 'unhealthy' }
  | { readonly do: 'delete' }
)

export const requestFaults = [
  'refused',
  'reset before',
  'reset after',
  'hangs',
  'late',
  'slow answer',
  'truncated',
  '409',
  '410',
  '422',
  '429',
  '500',
  '503',
  '503 after',
] as const
export const metricFaults = ['down', 'hangs', 'no data', 'several series', 'slow'] as const
export const slackFaults = ['down', 'hangs', 'throttled', 'answer lost'] as const

/** A fault, or something else that nobody wants; times in milliseconds since the beginning. */
export type Fault = { readonly at: number } & (
  | {
      readonly do: 'request'
      /** Begins with the verb, then the resource; an asterisk for any. */
      readonly on: string
      /** A permission is taken away, `403`, by people only. */
      readonly fault: (typeof requestFaults)[number] | '403'
      readonly times: number
      readonly ms: number
    }
  | { readonly do: 'metric'; readonly fault: (typeof metricFaults)[number]; readonly forMs: number }
  | { readonly do: 'slack'; readonly fault: (typeof slackFaults)[number]; readonly forMs: number }
  | { readonly do: 'api down'; readonly forMs: number }
  | { readonly do: 'watches cut' }
  | { readonly do: 'watches stale'; readonly forMs: number; readonly ms: number }
  | { readonly do: 'event repeated' }
  /** The watch goes on as if nothing had happened. */
  | { readonly do: 'event lost'; readonly kind: 'BirdWatch' | 'VirtualService' | 'DestinationRule' }
  | { readonly do: 'compaction' }
  | { readonly do: 'kill'; readonly process: number; readonly downMs: number }
  | { readonly do: 'terminate'; readonly process: number; readonly downMs: number }
  /** The process dies at one of its requests; somebody may change the weight of the first rollout meanwhile. */
  | {
      readonly do: 'cut'
      readonly request: number
      readonly effect: boolean
      readonly downMs: number
      readonly meanwhile?: number
    }
  | { readonly do: 'freeze'; readonly process: number; readonly ms: number }
  | {
      readonly do: 'unrelated edit'
      readonly rollout: number
      readonly kind: 'VirtualService' | 'DestinationRule' | 'BirdWatch'
    }
  | { readonly do: 'flapping'; readonly rollout: number; readonly forMs: number }
)

/** Everything that a run depends on: the same story runs the same way every time. */
export interface Story {
  readonly seed: number
  readonly rollouts: readonly RolloutStory[]
  /** One for each controller, with how wrong its clocks are. */
  readonly processes: readonly { readonly offsetMs: number; readonly speed: number }[]
  readonly faults: readonly Fault[]
  /**
   * The end is judged when people have heard of everything. Left out: when that is saved, too, which a rollout at rest does
   * once a minute.
   */
  readonly brief?: true
}
