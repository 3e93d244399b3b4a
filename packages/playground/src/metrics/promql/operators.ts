/** Of numbers, in Prometheus's words. */
export const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '^': (a: number, b: number) => a ** b,
  atan2: (a: number, b: number) => Math.atan2(a, b),
} as const

export const comparisons = {
  '==': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
  '>': (a: number, b: number) => a > b,
  '<': (a: number, b: number) => a < b,
  '>=': (a: number, b: number) => a >= b,
  '<=': (a: number, b: number) => a <= b,
} as const

const setOperators = ['and', 'or', 'unless'] as const

export type ArithmeticOperator = keyof typeof arithmetic
export type ComparisonOperator = keyof typeof comparisons
export type SetOperator = (typeof setOperators)[number]
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator

export const isArithmetic = (operator: string): operator is ArithmeticOperator => Object.hasOwn(arithmetic, operator)
export const isComparison = (operator: string): operator is ComparisonOperator => Object.hasOwn(comparisons, operator)
export const isSetOperator = (operator: string): operator is SetOperator =>
  (setOperators as readonly string[]).includes(operator)
