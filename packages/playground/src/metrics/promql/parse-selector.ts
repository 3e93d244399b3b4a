import type { SyntaxNode } from '@lezer/common'
import { nameLabel } from '../series/labels.js'
import type { Expression, Matcher, Selector } from './ast.js'
import { parseNumber } from './literals.js'
import { compileMatchers, matchesEmpty } from './matchers.js'
import type { Parser } from './parse.js'
import { childOf, childrenOf, type Source } from './source.js'

export function vectorSelector(source: Source, node: SyntaxNode): Selector {
  const identifier = childOf(node, 'Identifier')
  const named = identifier ? [nameMatcher(source.text(identifier))] : []
  const list = childOf(node, 'LabelMatchers')
  const matchers = [...named, ...(list ? childrenOf(list).map(child => labelMatcher(source, child)) : [])]
  if (matchers.filter(({ name, operator }) => name === nameLabel && operator === '=').length > 1)
    throw source.error(node, 'metric name must not be set twice')
  try {
    if (matchers.every(matchesEmpty))
      throw source.error(node, 'vector selector must contain at least one non-empty matcher')
    return { kind: 'selector', type: 'vector', matchers, matches: compileMatchers(matchers), offsetMs: 0 }
  } catch (error) {
    if (error instanceof SyntaxError) throw source.error(node, `error parsing regexp: ${error.message}`)
    throw error
  }
}

const nameMatcher = (value: string): Matcher => ({ name: nameLabel, operator: '=', value })

function labelMatcher(source: Source, node: SyntaxNode): Matcher {
  const [label, operator, value] = childrenOf(node)
  // A name in quotes stands for a metric, or for a label with an unusual name.
  if (node.name === 'QuotedLabelName' && label) return nameMatcher(source.string(label))
  if (!label || !operator || !value) throw source.error(node, 'unexpected label matcher')
  const quoted = childOf(label, 'StringLiteral')
  return {
    name: quoted ? source.string(quoted) : source.text(label),
    operator: source.text(operator) as Matcher['operator'],
    value: source.string(value),
  }
}

export function rangeSelector({ source, parse }: Parser, node: SyntaxNode): Expression {
  const [inner, duration] = childrenOf(node) as [SyntaxNode, SyntaxNode]
  const selector = parse(inner)
  if (selector.kind !== 'selector') throw source.error(node, 'ranges only allowed for vector selectors')
  if (selector.offsetMs !== 0) throw source.error(node, 'no offset modifiers allowed before range')
  const rangeMs = milliseconds(source, duration)
  if (rangeMs <= 0) throw source.error(duration, 'duration must be greater than 0')
  return { kind: 'range', type: 'matrix', selector, rangeMs }
}

export function offsetSelector({ source, parse }: Parser, node: SyntaxNode): Expression {
  const [inner, , duration] = childrenOf(node) as [SyntaxNode, SyntaxNode, SyntaxNode]
  const expression = parse(inner)
  const offsetMs = milliseconds(source, duration)
  if (expression.kind === 'selector') return { ...expression, offsetMs }
  if (expression.kind === 'range') return { ...expression, selector: { ...expression.selector, offsetMs } }
  throw source.error(node, 'offset modifier must be preceded by an instant vector selector or range vector selector')
}

/** A duration, perhaps with a sign; of arithmetic with durations nothing is known here. */
function milliseconds(source: Source, node: SyntaxNode): number {
  const text = source.text(node).trim()
  const [, sign, amount = ''] = /^([+-]?)\s*(\S*)$/.exec(text) ?? []
  const seconds = parseNumber(amount)
  if (seconds === undefined || !Number.isFinite(seconds)) throw source.unsupported(node, `the duration «${text}»`)
  return Math.round(1_000 * (sign === '-' ? -seconds : seconds))
}
