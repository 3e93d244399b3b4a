import { withoutName } from '../series/labels.js'
import type { Expression, ValueType } from './ast.js'
import { histogramQuantile } from './histogram.js'
import { rangeFunctions } from './range-functions.js'
import { type Matrix, scalar, scalarOf, type Value, vector, vectorOf } from './value.js'
import { distinct } from './vector.js'

/** A function that is called. */
export interface Call {
  /** When the query is evaluated, epoch milliseconds. */
  readonly at: number
  readonly args: readonly Value[]
  /** What the arguments were evaluated from. */
  readonly expressions: readonly Expression[]
}

/** A function, as the parser and the evaluator know it. */
export interface Definition {
  readonly args: readonly ValueType[]
  /** How many of the arguments may be left out, from the end. */
  readonly optional: number
  readonly returns: ValueType
  readonly evaluate: (call: Call) => Value
}

const define = (
  args: readonly ValueType[],
  returns: ValueType,
  evaluate: Definition['evaluate'],
  optional = 0,
): Definition => ({
  args,
  optional,
  returns,
  evaluate,
})

/** Of each element, with further numbers; the name is dropped, as the value is another one. */
function elementwise(apply: (value: number, ...numbers: number[]) => number, numbers = 0, optional = 0): Definition {
  const args: ValueType[] = ['vector', ...Array<ValueType>(numbers).fill('scalar')]
  return define(
    args,
    'vector',
    ({ args: [elements, ...rest] }) => {
      const further = rest.map(scalarOf)
      const changed = vectorOf(elements).map(({ labels, value }) => ({
        labels: withoutName(labels),
        value: apply(value, ...further),
      }))
      return vector(distinct(changed))
    },
    optional,
  )
}

/** Of the samples of each series. */
const overRange = (name: string, apply: (typeof rangeFunctions)[string]): Definition =>
  define(['matrix'], 'vector', ({ args: [matrix] }) => {
    const { series, start, end } = matrix as Matrix
    const elements = series.flatMap(({ labels, times, values }) => {
      const value = apply({ times, values, start, end })
      return value === undefined ? [] : [{ labels: name === 'last_over_time' ? labels : withoutName(labels), value }]
    })
    return vector(distinct(elements))
  })

/** By way of the inverse, which loses less, and as Prometheus does. */
const round = (value: number, to = 1): number => Math.floor(value * (1 / to) + 0.5) / (1 / to)

const clamp = elementwise((value, min = Number.NaN, max = Number.NaN) => Math.max(min, Math.min(max, value)), 2)

/** The labels that a series which is not there would certainly have. */
function certainLabels(expression: Expression | undefined): Record<string, string> {
  if (expression?.kind !== 'selector') return {}
  const named = expression.matchers.filter(({ name }) => name !== '__name__')
  const certain = named.filter(
    ({ name, operator, value }) => operator === '=' && value !== '' && named.filter(m => m.name === name).length === 1,
  )
  return Object.fromEntries(certain.map(({ name, value }) => [name, value]))
}

const seconds = (ms: number): number => ms / 1_000

/** Every function that is known here. */
export const functions: Readonly<Record<string, Definition>> = {
  ...Object.fromEntries(Object.entries(rangeFunctions).map(([name, apply]) => [name, overRange(name, apply)])),
  abs: elementwise(Math.abs),
  ceil: elementwise(Math.ceil),
  floor: elementwise(Math.floor),
  exp: elementwise(Math.exp),
  ln: elementwise(Math.log),
  log2: elementwise(Math.log2),
  log10: elementwise(Math.log10),
  sqrt: elementwise(Math.sqrt),
  sgn: elementwise(Math.sign),
  round: elementwise(round, 1, 1),
  clamp_min: elementwise((value, min = Number.NaN) => Math.max(min, value), 1),
  clamp_max: elementwise((value, max = Number.NaN) => Math.min(max, value), 1),
  // Nothing lies between bounds in the wrong order.
  clamp: {
    ...clamp,
    evaluate: call => (scalarOf(call.args[1]) > scalarOf(call.args[2]) ? vector([]) : clamp.evaluate(call)),
  },
  time: define([], 'scalar', ({ at }) => scalar(seconds(at))),
  vector: define(['scalar'], 'vector', ({ args: [value] }) => vector([{ labels: {}, value: scalarOf(value) }])),
  scalar: define(['vector'], 'scalar', ({ args: [elements] }) => {
    const [first, ...others] = vectorOf(elements)
    return scalar(first === undefined || others.length > 0 ? Number.NaN : first.value)
  }),
  absent: define(['vector'], 'vector', ({ args: [elements], expressions: [expression] }) =>
    vector(vectorOf(elements).length > 0 ? [] : [{ labels: certainLabels(expression), value: 1 }]),
  ),
  timestamp: define(['vector'], 'vector', ({ at, args: [elements], expressions: [expression] }) => {
    const momentOf = (sampled = at) => seconds(expression?.kind === 'selector' ? sampled : at)
    return vector(
      vectorOf(elements).map(element => ({ labels: withoutName(element.labels), value: momentOf(element.at) })),
    )
  }),
  histogram_quantile: define(['scalar', 'vector'], 'vector', ({ args: [quantile, buckets] }) =>
    vector(histogramQuantile(scalarOf(quantile), vectorOf(buckets))),
  ),
}
