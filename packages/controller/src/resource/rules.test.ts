import { evaluate } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { it } from 'vitest'
import { metricRules, specRules, subsetRules } from './rules.js'

const present = fc.option(fc.constant(1), { nil: undefined })
const baselines = fc.option(fc.constantFrom('once', 'each_check'), { nil: undefined })
const given = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

it.each(specRules)('The API server and the controller agree about: $message', ({ cel, holds }) => {
  const specs = fc.record({
    metric: present,
    deviation: present,
    metrics: present,
    baseline: baselines,
    baseline_metric: present,
  })
  fc.assert(fc.property(specs.map(given), spec => evaluate(cel, { self: spec }) === holds(spec)))
})

it.each(metricRules)('The API server and the controller agree about: $message', ({ cel, holds }) => {
  const metrics = fc.record({ baseline: baselines, baseline_metric: present })
  fc.assert(fc.property(metrics.map(given), metric => evaluate(cel, { self: metric }) === holds(metric)))
})

it.each(subsetRules)('The API server and the controller agree about: $message', ({ cel, holds }) => {
  const name = fc.option(fc.constantFrom('production', 'canary', 'next'), { nil: undefined })
  const specs = fc.record({ production: name, canary: name })
  fc.assert(fc.property(specs.map(given), subsets => evaluate(cel, { self: subsets }) === holds(subsets)))
})
