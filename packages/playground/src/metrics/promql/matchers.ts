import type { Labels } from '../series/labels.js'
import type { Matcher } from './ast.js'

/** Whether labels are as the matchers want them: a label that is not there is empty. Throws for a wrong regex. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const compiled = matchers.map(({ name, operator, value }) => ({ name, holds: compile(operator, value) }))
  return labels => compiled.every(({ name, holds }) => holds(labels[name] ?? ''))
}

function compile(operator: Matcher['operator'], value: string): (actual: string) => boolean {
  if (operator === '=') return actual => actual === value
  if (operator === '!=') return actual => actual !== value
  const pattern = toRegExp(value)
  return operator === '=~' ? actual => pattern.test(actual) : actual => !pattern.test(actual)
}

/** Of the whole text, where a dot is any character; `(?i)` at the beginning ignores case. */
function toRegExp(text: string): RegExp {
  const ignoresCase = text.startsWith('(?i)')
  return new RegExp(`^(?:${ignoresCase ? text.slice(4) : text})$`, ignoresCase ? 'sui' : 'su')
}

/** Whether the matcher would also hold for a label that is not there. */
export const matchesEmpty = (matcher: Matcher): boolean => compile(matcher.operator, matcher.value)('')
