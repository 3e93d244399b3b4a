/** One metric: what it is called, what it means, and by what its series differ. */
export interface MetricDefinition<Type extends string = string, Label extends string = string> {
  readonly type: Type
  readonly help: string
  readonly labels: readonly Label[]
  /** Of a histogram: the upper bounds of its buckets. */
  readonly buckets?: readonly number[]
}

const define =
  <Type extends string>(type: Type) =>
  <Label extends string>(help: string, ...labels: Label[]): MetricDefinition<Type, Label> => ({ type, help, labels })
const [counter, gauge] = [define('counter'), define('gauge')]
const histogram = <Label extends string>(
  help: string,
  buckets: readonly number[],
  ...labels: Label[]
): MetricDefinition<'histogram', Label> => ({ type: 'histogram', help, labels, buckets })

const ofRollout = <Label extends string>(help: string, ...labels: Label[]) =>
  gauge<'namespace' | 'name' | Label>(help, 'namespace', 'name', ...labels)

/** Series that are made when metrics are asked for: they end with their BirdWatch. */
export const rolloutMetrics = {
  birdwatch_rollout_info: ofRollout('1; what is rolled out.', 'service', 'canary_version', 'production_version'),
  birdwatch_rollout_phase: ofRollout('1 for the phase that the rollout is in.', 'phase'),
  birdwatch_rollout_weight: ofRollout("The canary's share of the traffic, in percent."),
  birdwatch_rollout_weight_limit: ofRollout('The share that the canary never exceeds, in percent.'),
  birdwatch_rollout_interval_seconds: ofRollout('The time between two checks.'),
  birdwatch_rollout_baseline: ofRollout("A metric's baseline, in the metric's unit.", 'metric'),
  birdwatch_rollout_reading: ofRollout("A metric's last reading, in the metric's unit.", 'metric'),
  birdwatch_rollout_allowed_deviation: ofRollout(
    "How far a reading may be from the baseline, in the metric's unit.",
    'metric',
  ),
  birdwatch_rollout_verdict: ofRollout(
    '1 for the verdict on a metric: healthy, unhealthy or inconclusive.',
    'metric',
    'verdict',
  ),
  birdwatch_rollout_verdict_age_seconds: ofRollout(
    'Since a metric was last judged, while the rollout is checked.',
    'metric',
  ),
  birdwatch_seconds_since_check: ofRollout(
    'Since the last check, while the rollout is checked: grows without end when checks stop.',
  ),
  birdwatch_rollout_trouble: ofRollout(
    '1 for each thing that is wrong: rollback_blocked, stuck, metric, frozen, foreign_change or rejected_edit.',
    'trouble',
  ),
  birdwatch_outbox_notices: ofRollout('Notices that are not delivered yet.'),
  birdwatch_outbox_oldest_seconds: ofRollout('How long the oldest notice that is not delivered waits.'),
} as const

/** Series of the process, that are made when metrics are asked for. */
export const processMetrics = {
  birdwatch_leader: gauge('1 while this process is the one that writes.'),
  birdwatch_queue_keys: gauge(
    'BirdWatches in the work queue: waiting, running, or delayed until they are due.',
    'state',
  ),
  birdwatch_reflector_synced: gauge('1 once everything of a kind was listed.', 'resource'),
  birdwatch_reflector_age_seconds: gauge(
    'Since the API server last sent anything about a kind; bookmarks come every minute.',
    'resource',
  ),
  birdwatch_permission_missing: gauge(
    '1 while the API server does not permit a request that the controller needs, until it was permitted once.',
    'verb',
    'resource',
  ),
  birdwatch_reflector_objects: gauge('Objects of a kind in the cache.', 'resource'),
} as const

const eventMetrics = {
  birdwatch_build_info: gauge('1; the version that runs.', 'version', 'node_version'),
  birdwatch_decisions_total: counter(
    'Decisions that were saved: the phase they led to, or Raised, Lowered or Kept where only the weight is concerned, and why.',
    'outcome',
    'reason',
  ),
  birdwatch_reconciles_total: counter('Passes over a BirdWatch: done or failed.', 'result'),
  birdwatch_reconcile_seconds: histogram(
    'How long one pass takes; it waits for no request.',
    [0.001, 0.01, 0.1, 1, 10],
  ),
  birdwatch_queue_wait_seconds: histogram(
    'How long a BirdWatch that is due waits for its pass.',
    [0.001, 0.01, 0.1, 1, 10],
  ),
  birdwatch_api_requests_total: counter(
    'Requests to the Kubernetes API, by code: OK or that of the error.',
    'verb',
    'resource',
    'code',
  ),
  birdwatch_api_request_seconds: histogram(
    'How long requests to the Kubernetes API take, without watches.',
    [0.005, 0.02, 0.1, 0.5, 2, 10],
    'verb',
  ),
  birdwatch_reflector_lists_total: counter(
    'Complete lists of a kind: one at the start, one at each take-over of the Lease, and more when watches break.',
    'resource',
  ),
  birdwatch_reflector_errors_total: counter('Lists and watches that failed.', 'resource'),
  birdwatch_events_dropped_total: counter('Kubernetes Events that were not written.'),
  birdwatch_provider_up: gauge('1 when the provider was reached at the start.', 'provider'),
  birdwatch_provider_queries_total: counter('Queries, by code: OK or that of the error.', 'provider', 'code'),
  birdwatch_provider_query_seconds: histogram(
    'How long queries take.',
    [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    'provider',
  ),
  birdwatch_notifications_total: counter(
    'Deliveries of notices, by code: OK or that of the error.',
    'notifier',
    'code',
  ),
  birdwatch_notification_seconds: histogram(
    'How long deliveries of notices take.',
    [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    'notifier',
  ),
  birdwatch_router_calls_total: counter(
    'Calls of the router, by method and code: OK or that of the error.',
    'router',
    'method',
    'code',
  ),
  birdwatch_router_call_seconds: histogram(
    'How long calls of the router take; those that wait for their burst wait before.',
    [0.001, 0.01, 0.1, 0.5, 1, 5, 10],
    'router',
    'method',
  ),
  birdwatch_plugin_suspended: gauge('1 while a plugin is not asked, because it only failed lately.', 'kind', 'plugin'),
  birdwatch_plugin_stray_errors_total: counter(
    'What plugins threw where nobody waits for it: in a timer, an event or a forgotten promise. Rollouts go on.',
    'kind',
    'plugin',
  ),
} as const

/** Everything at `/metrics`, beside what Node tells of itself (`process_*` and `nodejs_*`). */
export const metricCatalogue = { ...rolloutMetrics, ...processMetrics, ...eventMetrics } as const

export type MetricName = keyof typeof metricCatalogue
export type LabelsOf<Name extends MetricName> =
  (typeof metricCatalogue)[Name] extends MetricDefinition<string, infer L> ? Record<L, string> : never
