import { actions, baselineModes, directions, limitRules, modes, noDataRules } from '@birdwatch/core'
import { z } from 'zod'
import { metricRules, specRules, subsetRules, withRules } from './rules.js'

/**
 * The one source of what a BirdWatch's spec may hold: the CRD, the reference and the controller's own checks come from
 * it. Defaults are the engine's (`definePolicy`), so that they are never written into people's resources.
 */

const dnsLabel = z
  .string()
  .max(63, 'at most 63 characters long')
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'a name of lower case letters, digits and -')
const objectName = z
  .string()
  .max(253, 'at most 253 characters long')
  .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, "an object's name: lower case letters, digits, - and .")
const labelValue = z
  .string()
  .max(63, 'at most 63 characters long')
  .regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, "a label's value: letters, digits, -, _ and .")
const query = z.string().max(4096, 'at most 4096 characters long').regex(/\S/, 'a query')

const shared = {
  direction: z
    .enum(directions)
    .describe('Which deviations count: `either` (default), only an `increase`, or only a `decrease`.'),
  no_data: z
    .enum(noDataRules)
    .describe(
      'What a query without data means: `zero` (default of the short form; until the first data), `hold` (default of `metrics`) or `unhealthy`.',
    ),
  baseline_metric: query.describe('Another query to take the baseline from, e.g. the same metric of production.'),
  baseline: z
    .enum(baselineModes)
    .describe('When the baseline is measured: `once` (default), before the first increment, or at `each_check`.'),
  provider: dnsLabel.describe(
    "The provider instance that answers the queries, by its name in the controller's configuration (default: the default provider).",
  ),
}
const metric = query.describe("The query whose value tells the canary's health, in the provider's language.")
const deviation = z
  .number()
  .min(0)
  .describe("How far a reading may be from the baseline, in the metric's unit, and still be healthy.")

const metricEntry = withRules(
  z.object({
    name: dnsLabel.describe('What the metric is called in messages; unique within the list.'),
    metric,
    deviation,
    direction: shared.direction.optional(),
    no_data: shared.no_data.optional(),
    baseline_metric: shared.baseline_metric.optional(),
    baseline: shared.baseline.optional(),
    provider: shared.provider.optional(),
  }),
  metricRules,
)

const subsets = withRules(
  z.object({
    production: dnsLabel.optional().describe('The subset of production (default `production`).'),
    canary: dnsLabel.optional().describe('The subset of the canary (default `canary`).'),
  }),
  subsetRules,
).describe('The subsets of the DestinationRule between which traffic is split.')

export const specSchema = withRules(
  z.object({
    service: objectName.describe(
      'The name of the VirtualService and of the DestinationRule, in the namespace of the BirdWatch.',
    ),
    canary_version: labelValue.describe('The version that is rolled out: the label `version` of its pods.'),
    metric: metric.optional(),
    deviation: deviation.optional(),
    increment: z.int().min(1).max(10).describe("What each passed check adds to the canary's weight, in percent."),
    interval: z.int().min(1).max(600).describe('Seconds between two checks.'),
    if_unhealthy: z
      .enum(actions)
      .describe('What happens when a metric deviates: `rollback` to weight 0, or `freeze` until a person decides.'),
    metrics: z
      .array(metricEntry)
      .min(1)
      .max(10)
      .optional()
      .describe('Several metrics, in place of `metric` and `deviation`: one unhealthy metric is enough to act.')
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
    direction: shared.direction.optional(),
    no_data: shared.no_data.optional(),
    baseline_metric: shared.baseline_metric.optional(),
    baseline: shared.baseline.optional(),
    provider: shared.provider.optional(),
    failures: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe('How many unhealthy checks in a row are needed to act (default 1).'),
    settle: z
      .number()
      .min(0)
      .max(3600)
      .optional()
      .describe('Seconds that a check waits beyond the interval after a new weight (default 0).'),
    traffic_limit: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('The weight that the canary never exceeds, in percent (default 100).'),
    at_limit: z
      .enum(limitRules)
      .optional()
      .describe('What follows a passed check at the limit: `promote` (default at 100) or `hold` (default below).'),
    paused: z.boolean().optional().describe('A lock: while true the rollout is paused, and `resume` is refused.'),
    traffic: z
      .object({
        metric: query.describe('The query that tells how much traffic the canary gets.'),
        at_least: z.number().min(0).describe('Below this value a check is inconclusive.'),
      })
      .optional()
      .describe('Too little traffic to judge by: below it a check neither passes nor fails.'),
    stuck_after: z
      .number()
      .min(60)
      .max(86_400)
      .optional()
      .describe('Seconds without progress after which people are told (default 1800).'),
    propagation: z
      .number()
      .min(0)
      .max(300)
      .optional()
      .describe('Seconds that a change of traffic needs to reach every proxy (default 5).'),
    mode: z
      .enum(modes)
      .optional()
      .describe('`act` (default), or `observe`: measure and report, and write nothing to the mesh.'),
    subsets: subsets.optional(),
  }),
  specRules,
).describe('What is rolled out, how fast, and what counts as healthy.')

export type BirdWatchSpec = z.input<typeof specSchema>
