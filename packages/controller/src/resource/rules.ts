import type { z } from 'zod'

/** A rule over several fields: once for the API server (CEL), once for whoever reads a resource it did not check. */
interface Rule<Value> {
  readonly cel: string
  /** The field that is named as wrong. */
  readonly field: string
  readonly message: string
  readonly holds: (value: Value) => boolean
}

/** Adds rules to an object schema, in both of their forms. */
export function withRules<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  rules: readonly Rule<Record<keyof Shape, unknown>>[],
) {
  return schema
    .check(context => {
      for (const { field, message, holds } of rules) {
        if (holds(context.value as Record<keyof Shape, unknown>)) continue
        context.issues.push({ code: 'custom', path: [field], message, input: context.value })
      }
    })
    .meta({ 'x-kubernetes-validations': rules.map(({ cel, message }) => ({ rule: cel, message })) })
}

const comparedAtEachCheck =
  'baseline: each_check needs a baseline_metric: the query to measure beside the metric at each check'

type SpecField = 'metric' | 'deviation' | 'metrics' | 'baseline' | 'baseline_metric'

export const specRules: readonly Rule<Record<SpecField, unknown>>[] = [
  {
    cel: 'has(self.metrics) != (has(self.metric) || has(self.deviation))',
    field: 'metrics',
    message: 'give either metric and deviation, or metrics, and not both',
    holds: s => (s.metrics === undefined) !== (s.metric === undefined && s.deviation === undefined),
  },
  {
    cel: 'has(self.metric) == has(self.deviation)',
    field: 'deviation',
    message: 'metric and deviation belong together: give both',
    holds: s => (s.metric === undefined) === (s.deviation === undefined),
  },
  {
    cel: '!has(self.metrics) || !has(self.baseline_metric)',
    field: 'baseline_metric',
    message: 'beside metrics, baseline_metric belongs into the metric that it is for',
    holds: s => s.metrics === undefined || s.baseline_metric === undefined,
  },
  {
    cel: "!has(self.baseline) || self.baseline != 'each_check' || has(self.metrics) || has(self.baseline_metric)",
    field: 'baseline_metric',
    message: comparedAtEachCheck,
    holds: s => s.baseline !== 'each_check' || s.metrics !== undefined || s.baseline_metric !== undefined,
  },
]

export const metricRules: readonly Rule<Record<'baseline' | 'baseline_metric', unknown>>[] = [
  {
    cel: "!has(self.baseline) || self.baseline != 'each_check' || has(self.baseline_metric)",
    field: 'baseline_metric',
    message: comparedAtEachCheck,
    holds: m => m.baseline !== 'each_check' || m.baseline_metric !== undefined,
  },
]

export const subsetRules: readonly Rule<Record<'production' | 'canary', unknown>>[] = [
  {
    cel: "(has(self.production) ? self.production : 'production') != (has(self.canary) ? self.canary : 'canary')",
    field: 'canary',
    message: 'production and canary must be two different subsets',
    holds: s => (s.production ?? 'production') !== (s.canary ?? 'canary'),
  },
]
