import { keyOf, type Labels } from '../series/labels.js'
import { executionError } from './errors.js'

/** One element of an instant vector. */
export interface Element {
  readonly labels: Labels
  readonly value: number
  /** When it was measured, epoch milliseconds: known as long as nothing was computed from it. */
  readonly at?: number
}

export type Vector = readonly Element[]

/** Refuses a vector in which two elements have the same labels, as it may be after names were dropped. */
export function distinct(vector: Vector): Vector {
  const keys = new Set(vector.map(({ labels }) => keyOf(labels)))
  if (keys.size < vector.length) throw executionError('vector cannot contain metrics with the same labelset')
  return vector
}
