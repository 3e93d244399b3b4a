import type { AggregateOperator } from './aggregate.js'
import type { BinaryOperator } from './operators.js'

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix'

export interface Matcher {
  readonly name: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** Which labels count, and whether they are the ones named or all others. */
export interface Grouping {
  readonly kind: 'only' | 'except'
  readonly labels: readonly string[]
}

export interface Selector {
  readonly kind: 'selector'
  readonly type: 'vector'
  readonly matchers: readonly Matcher[]
  readonly matches: (labels: Readonly<Record<string, string>>) => boolean
  readonly offsetMs: number
}

/** A parsed expression; `type` is what it evaluates to. */
export type Expression =
  | { readonly kind: 'number'; readonly type: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly type: 'string'; readonly value: string }
  | Selector
  | { readonly kind: 'range'; readonly type: 'matrix'; readonly selector: Selector; readonly rangeMs: number }
  | { readonly kind: 'negate'; readonly type: ValueType; readonly operand: Expression }
  | Binary
  | {
      readonly kind: 'aggregate'
      readonly type: 'vector'
      readonly operator: AggregateOperator
      readonly grouping: Grouping
      readonly operand: Expression
    }
  | { readonly kind: 'call'; readonly type: ValueType; readonly name: string; readonly args: readonly Expression[] }

export interface Binary {
  readonly kind: 'binary'
  readonly type: ValueType
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
  /** A comparison answers with 0 or 1 instead of leaving out. */
  readonly returnsBool: boolean
  /** By which labels the two sides find each other. */
  readonly matching: Grouping
}
