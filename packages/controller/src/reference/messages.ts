import { levelOf, type Reason, type ReasonCode, type ReasonData, reasonCatalogue, render } from '@birdwatch/core'
import { camelCase } from '../status/text.js'
import { code, page, table } from './markdown.js'

const metric = { metric: 'errors', reading: 3.2, baseline: 0.4, allowed: 0.5 }
const both = { version: 'v04', production: 'v03' }

/** One example of each reason, as people would read it. */
const examples: { readonly [C in ReasonCode]: ReasonData[C] } = {
  waiting_for_canary: { version: 'v04', available: 1, desired: 3 },
  waiting_for_production: { version: 'v03' },
  waiting_for_traffic: { detail: 'there is no VirtualService aleph in shop.' },
  started: both,
  measuring_baseline: both,
  waiting_for_data: { metric: 'errors', cause: 'no_data' },
  raised: { from: 5, to: 10, limit: 50, metrics: [{ ...metric, reading: 0.6 }] },
  check_passed: { weight: 10, metrics: [{ ...metric, reading: 0.6 }] },
  holding_at_limit: { weight: 50, limit: 50 },
  holding_failures: { ...metric, count: 1, needed: 3, weight: 10 },
  holding_inconclusive: { metric: 'errors', cause: 'no_data', weight: 10 },
  holding_availability: { available: 2, desired: 3, weight: 10 },
  holding_traffic: { detail: 'the subset canary is gone.', weight: 10 },
  metric_trouble: { metric: 'errors', cause: 'METRIC_TIMEOUT', detail: 'no answer within 10 s', weight: 10 },
  metric_recovered: { metric: 'errors', seconds: 95 },
  unhealthy: { ...metric, ...both, action: 'rollback', weight: 10 },
  dead_canary: { action: 'rollback', available: 0, desired: 3, failed: false, weight: 10, version: 'v04' },
  no_production: { version: 'v03', weight: 40 },
  limit_lowered: { from: 40, to: 20 },
  raise_withdrawn: { from: 15, to: 10 },
  paused: { by: 'kubectl-annotate', weight: 10 },
  paused_foreign: { expected: 30, found: 0, writer: 'argocd-controller' },
  resumed: { by: 'kubectl-annotate', weight: 10 },
  adopted: { by: 'kubectl-annotate', weight: 25 },
  promoting: { cause: 'passed', weight: 100, version: 'v04' },
  promoted: { ...both, seconds: 1240 },
  already_production: { version: 'v04' },
  aborted: { by: 'kubectl-annotate', weight: 30, production: 'v03' },
  interrupted: { expected: 30 },
  new_target: { cause: 'version', from: 'v04', to: 'v05', weight: 30 },
  deleted: { weight: 30 },
  left_as_is: { weight: 30, cause: 'foreign' },
  objects_gone: { detail: 'there is no VirtualService aleph in shop.' },
  rolled_back: { ...both, because: 'v04 is unhealthy at 10 %: errors is 3.2, baseline 0.4, allowed deviation 0.5.' },
  undone: { version: 'v03' },
  rollback_blocked: { cause: 'TRAFFIC_REFUSED', detail: 'virtualservices is forbidden', weight: 30 },
  stuck: { seconds: 1800, phase: 'Waiting', because: 'Waiting for the canary v04: 1 of 3 available.' },
  invalid: { field: 'metrics[0].provider', detail: 'found "prom", expected one of prometheus, datadog' },
  policy_rejected: { field: 'interval', detail: 'found 0, expected a whole number from 1 to 600' },
  drifted: { found: 20, writer: 'kustomize-controller' },
  command_refused: { command: 'resume', why: 'the rollout is not paused' },
}

/** Every reason: how it is called, how loudly it is told, and an example of its words. */
export const messagesPage = (): string =>
  page(
    'Messages and reasons',
    "the engine's catalogue of reasons, packages/core/src/reasons.ts",
    `Whatever BirdWatch does has one _reason_. The same sentence stands in the status, in Events, in Slack, in mail, on the page and in the log; its code is the reason of Events and conditions (${code('RolledBack')}), of the log and of ${code('birdwatch_decisions_total')} (${code('rolled_back')}). The numbers below are examples.`,
    table(['level', 'who is told'], levels),
    table(
      ['reason', 'level', 'example'],
      (Object.keys(reasonCatalogue) as ReasonCode[]).map(name => {
        const reason = { code: name, ...examples[name] } as Reason
        return [code(camelCase(name)), levelOf(reason), render(reason)]
      }),
    ),
  )

const levels = [
  ['`alert`', 'Everybody, at once; Events are of the type `Warning`. Something is wrong, or a person must decide.'],
  ['`notice`', 'Everybody. Something has changed that matters.'],
  ['`progress`', 'Everybody; when a notifier is behind, the newest one stands for those before it.'],
  ['`silent`', 'Nobody. It is in the status, for who looks.'],
]
