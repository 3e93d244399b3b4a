import type { Selected } from '../series/tsdb.js'
import type { Vector } from './vector.js'

/** What an expression evaluates to. */
export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly vector: Vector }
  | Matrix

export interface Matrix {
  readonly type: 'matrix'
  readonly series: readonly Selected[]
  /** Where the range begins and ends, epoch milliseconds. */
  readonly start: number
  readonly end: number
}

export const scalar = (value: number): Value => ({ type: 'scalar', value })
export const vector = (elements: Vector): Value => ({ type: 'vector', vector: elements })

/** NaN for what is no scalar; the parser has made sure that it is one. */
export const scalarOf = (value: Value | undefined): number => (value?.type === 'scalar' ? value.value : Number.NaN)
/** Empty for what is no vector; the parser has made sure that it is one. */
export const vectorOf = (value: Value | undefined): Vector => (value?.type === 'vector' ? value.vector : [])
