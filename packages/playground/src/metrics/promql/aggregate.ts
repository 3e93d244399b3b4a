import { keyOf, type Labels, onlyLabels, withoutLabels, withoutName } from '../series/labels.js'
import type { Grouping } from './ast.js'
import { average, largest, smallest, sum } from './numbers.js'
import type { Vector } from './vector.js'

const operators = {
  sum,
  avg: average,
  min: smallest,
  max: largest,
  count: (values: readonly number[]) => values.length,
  group: () => 1,
} as const

export type AggregateOperator = keyof typeof operators

export const isAggregateOperator = (name: string): name is AggregateOperator => Object.hasOwn(operators, name)

/** The labels by which elements belong together. */
export const groupLabels = (labels: Labels, { kind, labels: names }: Grouping): Labels =>
  kind === 'only' ? onlyLabels(labels, names) : withoutLabels(withoutName(labels), names)

/** One element for each group of elements. */
export function aggregate(operator: AggregateOperator, grouping: Grouping, vector: Vector): Vector {
  const groups = new Map<string, { labels: Labels; values: number[] }>()
  for (const { labels, value } of vector) {
    const own = groupLabels(labels, grouping)
    const group = groups.get(keyOf(own)) ?? { labels: own, values: [] }
    groups.set(keyOf(own), group)
    group.values.push(value)
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: operators[operator](values) }))
}
