import { evaluate } from './promql/evaluate.js'
import { formatNumber } from './promql/literals.js'
import { parse } from './promql/parse.js'
import type { Value } from './promql/value.js'
import { type Labels, nameLabel } from './series/labels.js'
import type { TimeSeriesStore } from './series/tsdb.js'

/** The `data` of Prometheus's answer to an instant query. */
export interface QueryData {
  readonly resultType: Value['type']
  readonly result: unknown
}

/** Answers an instant query at a moment, epoch milliseconds. Throws `QueryError`. */
export function query(store: TimeSeriesStore, expression: string, at: number): QueryData {
  const value = evaluate(store, parse(expression), at)
  return { resultType: value.type, result: resultOf(value, at) }
}

const point = (at: number, value: number): [number, string] => [at / 1_000, formatNumber(value)]

function resultOf(value: Value, at: number): unknown {
  switch (value.type) {
    case 'scalar':
      return point(at, value.value)
    case 'string':
      return [at / 1_000, value.value]
    case 'vector':
      return value.vector.map(element => ({ metric: shown(element.labels), value: point(at, element.value) }))
    case 'matrix':
      return value.series.map(({ labels, times, values }) => ({
        metric: shown(labels),
        values: times.map((time, i) => point(time, values[i] ?? Number.NaN)),
      }))
  }
}

/** The name first, as people look for it there. */
function shown({ [nameLabel]: name, ...labels }: Labels): Labels {
  return name === undefined ? labels : { [nameLabel]: name, ...labels }
}
