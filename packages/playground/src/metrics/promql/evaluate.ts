import { withoutName } from '../series/labels.js'
import type { Selected, TimeSeriesStore } from '../series/tsdb.js'
import { aggregate } from './aggregate.js'
import type { Binary, Expression, Selector } from './ast.js'
import { ofScalars, ofVectorAndScalar, ofVectors } from './binary.js'
import { functions } from './functions.js'
import { type Matrix, scalar, type Value, vector, vectorOf } from './value.js'
import { distinct, type Vector } from './vector.js'

/** How long a sample counts as the present value of its series, milliseconds: Prometheus's default. */
const lookbackMs = 300_000

/** Evaluates an expression at a moment, epoch milliseconds. Throws `QueryError` of the type `execution`. */
export function evaluate(store: Pick<TimeSeriesStore, 'latest' | 'range'>, expression: Expression, at: number): Value {
  const within = (inner: Expression): Value => evaluate(store, inner, at)
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value)
    case 'string':
      return { type: 'string', value: expression.value }
    case 'selector':
      return vector(latest(store, expression, at))
    case 'range':
      return range(store, expression.selector, expression.rangeMs, at)
    case 'negate':
      return negated(within(expression.operand))
    case 'aggregate':
      return vector(aggregate(expression.operator, expression.grouping, vectorOf(within(expression.operand))))
    case 'binary':
      return combine(expression, within(expression.left), within(expression.right))
    case 'call': {
      const args = expression.args.map(within)
      return (functions[expression.name] as (typeof functions)[string]).evaluate({
        at,
        args,
        expressions: expression.args,
      })
    }
  }
}

function latest(store: Pick<TimeSeriesStore, 'latest'>, { matches, offsetMs }: Selector, at: number): Vector {
  const until = at - offsetMs
  return store.latest(matches, until - lookbackMs, until).map(({ labels, times, values }: Selected) => ({
    labels,
    value: values[0] ?? Number.NaN,
    at: times[0] ?? until,
  }))
}

function range(
  store: Pick<TimeSeriesStore, 'range'>,
  { matches, offsetMs }: Selector,
  rangeMs: number,
  at: number,
): Matrix {
  const end = at - offsetMs
  const start = end - rangeMs
  return { type: 'matrix', series: store.range(matches, start, end), start, end }
}

function negated(value: Value): Value {
  if (value.type === 'scalar') return scalar(-value.value)
  return vector(
    distinct(vectorOf(value).map(element => ({ labels: withoutName(element.labels), value: -element.value }))),
  )
}

function combine(expression: Binary, left: Value, right: Value): Value {
  if (left.type === 'scalar' && right.type === 'scalar')
    return scalar(ofScalars(expression.operator, left.value, right.value))
  if (left.type === 'scalar') return vector(ofVectorAndScalar(expression, vectorOf(right), left.value, true))
  if (right.type === 'scalar') return vector(ofVectorAndScalar(expression, vectorOf(left), right.value, false))
  return vector(ofVectors(expression, vectorOf(left), vectorOf(right)))
}
