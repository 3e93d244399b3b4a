import { keyOf, type Labels, onlyLabels, withoutLabels, withoutName } from '../series/labels.js'
import { groupLabels } from './aggregate.js'
import type { Binary, Grouping } from './ast.js'
import { executionError } from './errors.js'
import { arithmetic, type BinaryOperator, comparisons, isArithmetic, isComparison } from './operators.js'
import { distinct, type Element, type Vector } from './vector.js'

type Operation = Pick<Binary, 'operator' | 'returnsBool' | 'matching'>

/** Two numbers; a comparison of numbers is 0 or 1. */
export function ofScalars(operator: BinaryOperator, a: number, b: number): number {
  if (isArithmetic(operator)) return arithmetic[operator](a, b)
  return isComparison(operator) && comparisons[operator](a, b) ? 1 : 0
}

/** What an operator makes of an element: undefined where a comparison leaves it out. */
function outcome({ operator, returnsBool }: Operation, a: number, b: number, kept: number): number | undefined {
  if (isArithmetic(operator) || returnsBool) return ofScalars(operator, a, b)
  return isComparison(operator) && comparisons[operator](a, b) ? kept : undefined
}

const dropsName = ({ operator, returnsBool }: Operation): boolean => isArithmetic(operator) || returnsBool

/** Every element of a vector with a number, on whichever side that is. */
export function ofVectorAndScalar(operation: Operation, vector: Vector, scalar: number, isScalarLeft: boolean): Vector {
  const elements = vector.flatMap(({ labels, value }): Element[] => {
    const [a, b] = isScalarLeft ? [scalar, value] : [value, scalar]
    const result = outcome(operation, a, b, value)
    return result === undefined ? [] : [{ labels: dropsName(operation) ? withoutName(labels) : labels, value: result }]
  })
  return distinct(elements)
}

/** The elements of two vectors that have the same labels, those that count, with each other. */
export function ofVectors(operation: Operation, left: Vector, right: Vector): Vector {
  const { operator, matching } = operation
  const keyBy = (labels: Labels) => keyOf(groupLabels(labels, matching))
  const keysOf = (vector: Vector) => new Set(vector.map(({ labels }) => keyBy(labels)))
  if (operator === 'and') return left.filter(({ labels }) => keysOf(right).has(keyBy(labels)))
  if (operator === 'unless') return left.filter(({ labels }) => !keysOf(right).has(keyBy(labels)))
  if (operator === 'or') {
    const present = keysOf(left)
    return distinct([...left, ...right.filter(({ labels }) => !present.has(keyBy(labels)))])
  }
  return oneToOne(operation, left, right, keyBy)
}

function oneToOne(operation: Operation, left: Vector, right: Vector, keyBy: (labels: Labels) => string): Vector {
  if (left.length === 0) return []
  const partners = new Map<string, Element>()
  for (const element of right) {
    const key = keyBy(element.labels)
    if (partners.has(key))
      throw executionError(
        `found duplicate series for the match group ${shown(key)} on the right hand-side of the operation;` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      )
    partners.set(key, element)
  }
  const used = new Set<string>()
  return left.flatMap(({ labels, value }): Element[] => {
    const key = keyBy(labels)
    const partner = partners.get(key)
    const result = partner && outcome(operation, value, partner.value, value)
    if (result === undefined) return []
    if (used.has(key))
      throw executionError(
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      )
    used.add(key)
    return [{ labels: resultLabels(operation, labels), value: result }]
  })
}

function resultLabels(operation: Operation, labels: Labels): Labels {
  const { kind, labels: names }: Grouping = operation.matching
  const named = dropsName(operation) ? withoutName(labels) : labels
  return kind === 'only' ? onlyLabels(named, names) : withoutLabels(named, names)
}

const shown = (key: string): string =>
  `{${(JSON.parse(key) as [string, string][]).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
