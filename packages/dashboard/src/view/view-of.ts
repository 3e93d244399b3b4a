import {
  type Json,
  levelOf,
  type MetricRule,
  type MetricState,
  type Reason,
  type RolloutState,
  render,
  type Verdict,
} from '@birdwatch/core'
import { notesOf } from './notes.js'
import { offersOf } from './offers.js'
import type { Band, Health, MetricView, Note, RolloutRow, RolloutView, Saying } from './view.js'

/** The resource that a rollout belongs to. */
export interface RolloutResource {
  readonly namespace: string
  readonly name: string
  /** It is on its way out. */
  readonly deleting?: boolean
  /** As people wrote it: apiVersion, kind, metadata, spec. */
  readonly manifest?: Json
  /** What is known of it outside of the engine's state. */
  readonly notes?: readonly Note[]
}

/** What the page shows of a rollout, from its resource and the engine's state alone. */
export function viewOf(resource: RolloutResource, state: RolloutState): RolloutView {
  const { namespace, name, deleting = false, manifest, notes = [] } = resource
  const { target, policy, lastCommand: command } = state
  const metrics = policy.rules.map(rule => metricOf(rule, state.metrics[rule.name]))
  const told = [...notesOf(state), ...notes]
  return defined({
    key: `${namespace}/${name}`,
    namespace,
    name,
    id: state.id,
    service: target.service,
    canaryVersion: target.canaryVersion,
    productionVersion: state.productionVersion,
    phase: state.phase,
    weight: weightOf(state),
    wanted: state.blocked ? state.weight : undefined,
    limit: policy.trafficLimit,
    health: overall(metrics),
    reason: sayingOf(state.reason),
    attention: waitsForPeople(state) || told.some(({ mild }) => !mild),
    since: state.since,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    nextCheckAt: state.nextCheckAt,
    policy: {
      increment: policy.increment,
      intervalMs: policy.intervalMs,
      ifUnhealthy: policy.ifUnhealthy,
      failures: policy.failures,
      atLimit: policy.atLimit,
      mode: policy.mode,
      locked: policy.paused,
    },
    metrics,
    decidedAt: state.decidedAt,
    failures: state.failures,
    notes: told,
    offers: offersOf(state, deleting),
    lastCommand:
      command &&
      defined({
        name: command.name,
        at: command.at,
        by: command.by,
        claims: command.claims,
        refused: command.refused,
      }),
    past: state.history.map(({ id, canaryVersion, phase, reason, startedAt, endedAt }) =>
      defined({ id, canaryVersion, phase, reason: sayingOf(reason), startedAt, endedAt }),
    ),
    manifest,
  })
}

/** What a list shows of a view. */
export const rowOf = ({
  id: _id,
  policy: _policy,
  metrics: _metrics,
  decidedAt: _decidedAt,
  failures: _failures,
  notes: _notes,
  offers: _offers,
  lastCommand: _lastCommand,
  past: _past,
  manifest: _manifest,
  ...row
}: RolloutView): RolloutRow => row

/** What the routes give the canary, as far as is known: a weight that is refused is only wanted. */
const weightOf = ({ phase, blocked, weight, from }: RolloutState): number =>
  phase === 'Promoted' ? 100 : blocked ? from : weight

const sayingOf = (reason: Reason): Saying => ({ code: reason.code, level: levelOf(reason), text: render(reason) })

function metricOf(rule: MetricRule, state: MetricState | undefined): MetricView {
  const { name, query, provider, deviation, direction } = rule
  return defined({
    name,
    query,
    provider,
    deviation,
    direction,
    baseline: state?.baseline,
    reading: state?.reading,
    health: (state?.verdict as Verdict | undefined) ?? 'unknown',
    at: state?.at,
    band: state?.baseline === undefined ? undefined : bandOf(rule, state.baseline),
  })
}

const bandOf = ({ deviation, direction }: MetricRule, baseline: number): Band => ({
  ...(direction === 'increase' ? {} : { low: baseline - deviation }),
  ...(direction === 'decrease' ? {} : { high: baseline + deviation }),
})

/** Design rule 7: one unhealthy metric is unhealthy; else one inconclusive is inconclusive. */
function overall(metrics: readonly MetricView[]): Health {
  const has = (health: Health) => metrics.some(metric => metric.health === health)
  if (has('unhealthy')) return 'unhealthy'
  if (has('inconclusive')) return 'inconclusive'
  return has('healthy') ? 'healthy' : 'unknown'
}

const waitsForPeople = ({ phase, pause, blocked }: RolloutState): boolean =>
  phase === 'Frozen' || phase === 'Invalid' || pause?.foreign !== undefined || blocked === true

/** Without the fields that are undefined: JSON has none, and optional means absent here. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
