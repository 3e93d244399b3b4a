import type { Phase } from './phase.js'

type Metric = { metric: string; reading?: number; baseline?: number; allowed: number; improved?: boolean }

/** Why: one stable code per kind of decision, with the numbers it rests on. Every surface renders it by `render`. */
export interface ReasonData {
  waiting_for_canary: { version: string; available?: number; desired?: number; looked?: string }
  waiting_for_production: { version?: string }
  waiting_for_traffic: { detail: string }
  started: { version: string; production?: string }
  measuring_baseline: { version: string }
  waiting_for_data: { metric: string; cause: string; detail?: string }
  raised: { from: number; to: number; limit: number; metrics: Metric[] }
  check_passed: { weight: number; metrics: Metric[] }
  holding_at_limit: { weight: number; limit: number }
  holding_failures: Metric & { count: number; needed: number; weight: number }
  holding_inconclusive: { metric: string; cause: string; detail?: string; weight: number }
  holding_availability: { available: number; desired: number; weight: number }
  holding_traffic: { detail: string; weight: number }
  metric_trouble: { metric: string; cause: string; detail?: string; weight: number }
  metric_recovered: { metric: string; seconds: number }
  unhealthy: Metric & { action: 'rollback' | 'freeze' | 'none'; weight: number; version: string; production?: string }
  dead_canary: {
    action: 'rollback' | 'none'
    available: number
    desired: number
    failed: boolean
    weight: number
    version: string
  }
  no_production: { version?: string; weight: number }
  limit_lowered: { from: number; to: number }
  raise_withdrawn: { from: number; to: number }
  paused: { by?: string; weight: number; lock?: boolean }
  paused_foreign: { expected: number; found?: number; versions?: string; writer?: string }
  resumed: { by?: string; weight: number }
  adopted: { by?: string; weight: number }
  promoting: {
    cause: 'passed' | 'command' | 'undo'
    by?: string
    weight: number
    version: string
    unmeasured?: boolean
  }
  promoted: { version: string; production?: string; seconds?: number }
  already_production: { version: string }
  aborted: { by?: string; weight: number; production?: string }
  interrupted: { expected: number }
  new_target: { cause: 'version' | 'build' | 'metrics' | 'routes'; from: string; to: string; weight: number }
  deleted: { weight: number }
  left_as_is: { weight: number; cause: 'foreign' | 'no_production' }
  objects_gone: { detail: string }
  rolled_back: { version: string; production?: string; because: string }
  undone: { version: string }
  rollback_blocked: { cause: string; detail: string; weight: number }
  stuck: { seconds: number; phase: Phase; because: string }
  invalid: { field?: string; detail: string }
  policy_rejected: { field?: string; detail: string }
  drifted: { found?: number; versions?: string; writer?: string }
  command_refused: { command: string; why: string }
}

export type ReasonCode = keyof ReasonData
export type Reason<C extends ReasonCode = ReasonCode> = { [K in C]: { readonly code: K } & Readonly<ReasonData[K]> }[C]

/**
 * How much people should care: `silent` is only shown where one looks, `progress` may be coalesced when it piles up,
 * `notice` and `alert` are always delivered.
 */
export type Level = 'silent' | 'progress' | 'notice' | 'alert'

const percent = (weight: number) => `${weight} %`
const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
/** At most four significant digits, never an exponent for ordinary sizes. */
export const figure = (n: number): string => String(Number(n.toPrecision(4)))
const by = (who?: string) => (who === undefined ? '' : ` by ${who}`)
const on = (version?: string) => (version === undefined ? 'production' : `production (${version})`)

const measured = ({ metric, reading, baseline, allowed }: Metric): string => {
  const found = reading === undefined ? `${metric} has no data` : `${metric} is ${figure(reading)}`
  return `${found}, baseline ${baseline === undefined ? 'unknown' : figure(baseline)}, allowed deviation ${figure(allowed)}`
}
const all = (metrics: readonly Metric[]) => metrics.map(measured).join('; ')
const improvement = (m: Metric) =>
  m.improved ? ' The metric went down: if that is good, set `direction` to `increase`.' : ''
const drift = (d: { found?: number; versions?: string; writer?: string }) =>
  [
    d.found === undefined ? 'routes that disagree' : `weight ${percent(d.found)}`,
    d.versions && `versions ${d.versions}`,
  ]
    .filter(Boolean)
    .join(', ') + (d.writer === undefined ? '' : `; last writer: ${d.writer}`)

const sick = (r: ReasonData['unhealthy']) => `${r.version} is unhealthy at ${percent(r.weight)}: ${measured(r)}.`
const dead = (r: ReasonData['dead_canary']) => {
  const late = r.failed ? 'its progress deadline has passed, ' : ''
  return `${r.version} can not serve: ${late}${r.available} of ${r.desired} pods available at ${percent(r.weight)}.`
}

/** `brief` is the finding alone, for where the action is told already. */
type Entry<C extends ReasonCode> = {
  level: Level
  text: (data: ReasonData[C]) => string
  brief?: (data: ReasonData[C]) => string
}

/** The catalogue of reasons: how each is told, and how loudly. */
// biome-ignore format: a table, one row per reason.
export const reasonCatalogue: { readonly [C in ReasonCode]: Entry<C> } = {
  waiting_for_canary: { level: 'silent', text: r => r.available === undefined ? `Waiting for the canary ${r.version}: ${r.looked ?? 'there is none yet'}.` : `Waiting for the canary ${r.version}: ${r.available} of ${r.desired} available.` },
  waiting_for_production: { level: 'silent', text: r => `Waiting for ${on(r.version)} to be available: a canary needs something to fall back to.` },
  waiting_for_traffic: { level: 'silent', text: r => `Waiting for routes to shift: ${r.detail}` },
  started: { level: 'notice', text: r => `The rollout of ${r.version} begins; ${on(r.production)} keeps all traffic until the baseline is taken.` },
  measuring_baseline: { level: 'silent', text: r => `Taking the baseline before ${r.version} gets any traffic.` },
  waiting_for_data: { level: 'silent', text: r => `Waiting for the baseline: ${r.metric} ${r.cause === 'no_data' ? 'has no data' : `can not be read (${r.cause}${r.detail ? `: ${r.detail}` : ''})`}. It is asked again every interval${r.cause === 'no_data' ? '; if no data means zero here, set `no_data: zero`' : ''}.` },
  raised: { level: 'progress', text: r => `Canary weight ${percent(r.from)} -> ${percent(r.to)} (limit ${percent(r.limit)}): ${all(r.metrics)}.` },
  check_passed: { level: 'silent', text: r => `Healthy at ${percent(r.weight)}: ${all(r.metrics)}.` },
  holding_at_limit: { level: 'notice', text: r => `Holding at the traffic limit of ${percent(r.limit)}, healthy. To go on: command \`promote\`, or raise \`traffic_limit\`.` },
  holding_failures: { level: 'silent', text: r => `Holding at ${percent(r.weight)}: unhealthy check ${r.count} of the ${r.needed} needed to act; ${measured(r)}.` },
  holding_inconclusive: { level: 'silent', text: r => `Holding at ${percent(r.weight)}: ${r.metric} is inconclusive (${r.cause.replaceAll('_', ' ')}${r.detail ? `: ${r.detail}` : ''}).` },
  holding_availability: { level: 'silent', text: r => `Holding at ${percent(r.weight)}: ${r.available} of ${r.desired} canary pods are available.` },
  holding_traffic: { level: 'notice', text: r => `Holding, ${percent(r.weight)} was set last: ${r.detail}` },
  metric_trouble: { level: 'notice', text: r => `${r.metric} can not be judged (${r.cause}${r.detail ? `: ${r.detail}` : ''}). The weight holds at ${percent(r.weight)} until it can.` },
  metric_recovered: { level: 'notice', text: r => `${r.metric} can be judged again, after ${count(r.seconds, 'second')}.` },
  unhealthy: { level: 'alert', brief: r => sick(r), text: r => `${sick(r)} ${ { rollback: `Rolling back: all traffic goes to ${on(r.production)}. Mend the canary and deploy it anew, or command \`retry\`.`, freeze: 'Frozen at this weight: a person decides. Command `resume`, `promote` or `abort`.', none: 'Nothing is done about it here. Command `abort` to roll back.'}[r.action] }${improvement(r)}` },
  dead_canary: { level: 'alert', brief: r => dead(r), text: r => `${dead(r)} ${ r.action === 'rollback' ? 'Rolling back.' : 'Nothing is done about it here. Command `abort` to roll back.' }` },
  no_production: { level: 'alert', text: r => `No pod of ${on(r.version)} is available: moving traffic there would be an outage. Frozen at ${percent(r.weight)}. Bring production back, then \`resume\`, or command \`promote\` or \`abort\`.` },
  limit_lowered: { level: 'notice', text: r => `The traffic limit was lowered: canary weight ${percent(r.from)} -> ${percent(r.to)}.` },
  raise_withdrawn: { level: 'silent', text: r => `A raise to ${percent(r.from)} could not be applied in time and is withdrawn; the weight stays at ${percent(r.to)}.` },
  paused: { level: 'notice', text: r => `Paused at ${percent(r.weight)}${r.lock ? ' by `paused: true`' : by(r.by)}. ${r.lock ? 'Set it to false to go on.' : 'Command `resume` to go on.'}` },
  paused_foreign: { level: 'alert', text: r => `Somebody else changed the traffic: expected weight ${percent(r.expected)}, found ${drift(r)}. Hands off until a person decides: \`resume\` adopts it, \`abort\` rolls back, \`promote\` promotes.` },
  resumed: { level: 'notice', text: r => `Resumed at ${percent(r.weight)}${by(r.by)}; the next check is a full interval away.` },
  adopted: { level: 'notice', text: r => `Resumed${by(r.by)}: the weight of ${percent(r.weight)} that was found is adopted as a new step.` },
  promoting: { level: 'notice', text: r => ({ passed: `Every check passed: promoting ${r.version} from ${percent(r.weight)}.`, command: `Promoting ${r.version} from ${percent(r.weight)}, commanded${by(r.by)}${r.unmeasured ? ', unmeasured' : ''}.`, undo: `Going back to ${r.version}, commanded${by(r.by)}.`, })[r.cause] },
  promoted: { level: 'notice', text: r => `${r.version} is production${r.production ? ` in place of ${r.production}` : ''}${r.seconds === undefined ? '' : `, after ${count(r.seconds, 'second')}`}.` },
  already_production: { level: 'notice', text: r => `${r.version} is production already: there is nothing to roll out.` },
  aborted: { level: 'notice', brief: r => `Aborted at ${percent(r.weight)}${by(r.by)}.`, text: r => `Aborted at ${percent(r.weight)}${by(r.by)}: all traffic goes to ${on(r.production)}.` },
  interrupted: { level: 'notice', text: r => `A rollback of ours was found that was not recorded (expected ${percent(r.expected)}): finishing it.` },
  new_target: { level: 'notice', text: r => `${{ version: `${r.to} replaces ${r.from} as the canary`, build: `There is a new build of ${r.to}`, metrics: `The metrics of ${r.to} were changed`, routes: `The service or the subsets of ${r.to} were changed` }[r.cause]}: rolling back from ${percent(r.weight)}, then starting anew.` },
  deleted: { level: 'notice', text: r => `The rollout is being deleted: rolling back from ${percent(r.weight)}.` },
  left_as_is: { level: 'alert', text: r => `Deleted, and the traffic is left as it is (${percent(r.weight)}): ${r.cause === 'foreign' ? 'somebody else had changed it' : 'no production pod is available'}.` },
  objects_gone: { level: 'notice', text: r => `What was routed is gone: ${r.detail}` },
  rolled_back: { level: 'progress', text: r => `${r.version} is rolled back; all traffic is on ${on(r.production)}. ${r.because}` },
  undone: { level: 'notice', text: r => `${r.version} is production again.` },
  rollback_blocked: { level: 'alert', text: r => `The rollback from ${percent(r.weight)} is refused (${r.cause}: ${r.detail}). It is tried again and again; check permissions and admission, or set the weight to 0 by hand.` },
  stuck: { level: 'alert', text: r => `No progress for ${count(r.seconds, 'second')} in ${r.phase}. ${r.because}` },
  invalid: { level: 'notice', text: r => `Not started: ${r.field ? `${r.field}: ` : ''}${r.detail}` },
  policy_rejected: { level: 'notice', text: r => `The edit is not used (${r.field ? `${r.field}: ` : ''}${r.detail}); the rollout goes on as before.` },
  drifted: { level: 'notice', text: r => `The traffic was changed after the rollout had ended: ${drift(r)}. Nothing is done about it.` },
  command_refused: { level: 'notice', text: r => `Command \`${r.command}\` refused: ${r.why}.` },
}

/** The one rendering of a reason: what happened, why, with numbers, and what to do next. */
export function render(reason: Reason): string {
  const { text } = reasonCatalogue[reason.code] as Entry<ReasonCode>
  return text(reason as never)
}

/** What was found, without what was done about it. */
export function findingOf(reason: Reason): string {
  const { text, brief = text } = reasonCatalogue[reason.code] as Entry<ReasonCode>
  return brief(reason as never)
}

/** How loudly a reason is told. */
export const levelOf = (reason: Reason): Level => reasonCatalogue[reason.code].level
