import type { SyntaxNode } from '@lezer/common'
import type { Binary, Expression, Grouping } from './ast.js'
import { type BinaryOperator, isArithmetic, isComparison, isSetOperator } from './operators.js'
import type { Parser } from './parse.js'
import { childOf, childrenOf, type Source } from './source.js'

export function binaryExpression(self: Parser, node: SyntaxNode): Expression {
  const { source } = self
  const children = childrenOf(node)
  const [leftNode, operatorNode] = children as [SyntaxNode, SyntaxNode]
  const rightNode = children.at(-1) as SyntaxNode
  const operator = operatorOf(source, operatorNode)
  if (childOf(node, 'FillModifier')) throw source.unsupported(node, 'fill')
  const clause = childOf(node, 'MatchingModifierClause')
  const left = self.parse(leftNode)
  const right = self.parse(rightNode)
  source.requireType(left, leftNode, ['scalar', 'vector'], 'binary expression')
  source.requireType(right, rightNode, ['scalar', 'vector'], 'binary expression')
  const returnsBool = childOf(node, 'BoolModifier') !== undefined
  const areScalars = left.type === 'scalar' && right.type === 'scalar'
  if (returnsBool && !isComparison(operator))
    throw source.error(node, 'bool modifier can only be used on comparison operators')
  if (areScalars && isComparison(operator) && !returnsBool)
    throw source.error(node, 'comparisons between scalars must use BOOL modifier')
  const hasScalar = left.type === 'scalar' || right.type === 'scalar'
  if (hasScalar && isSetOperator(operator))
    throw source.error(node, `set operator "${operator}" not allowed in binary scalar expression`)
  if (hasScalar && clause) throw source.error(node, 'vector matching only allowed between instant vectors')
  const binary: Binary = {
    kind: 'binary',
    type: areScalars ? 'scalar' : 'vector',
    operator,
    left,
    right,
    returnsBool,
    matching: matchingOf(source, clause),
  }
  return isNegativeBase(source, leftNode, operator) ? negatedPower(binary) : binary
}

function operatorOf(source: Source, node: SyntaxNode): BinaryOperator {
  const operator = source.text(node).toLowerCase()
  if (isArithmetic(operator) || isComparison(operator) || isSetOperator(operator)) return operator
  throw source.unsupported(node, `the operator ${operator}`)
}

/** Without a clause all labels must be the same. */
function matchingOf(source: Source, clause: SyntaxNode | undefined): Grouping {
  if (!clause) return { kind: 'except', labels: [] }
  if (childOf(clause, 'GroupLeft') || childOf(clause, 'GroupRight'))
    throw source.unsupported(clause, 'group_left and group_right')
  return { kind: childOf(clause, 'On') ? 'only' : 'except', labels: groupingLabels(source, clause) }
}

/** The labels that a clause names. */
export function groupingLabels(source: Source, clause: SyntaxNode): string[] {
  const list = childOf(clause, 'GroupingLabels')
  return list ? childrenOf(list).map(label => source.text(label).replace(/^["'`]|["'`]$/g, '')) : []
}

/** The grammar takes the sign of a number for a part of it; but a power binds closer: -2 ^ 2 is -4. */
const isNegativeBase = (source: Source, node: SyntaxNode, operator: BinaryOperator): boolean =>
  operator === '^' && node.name === 'NumberDurationLiteral' && source.text(node).startsWith('-')

function negatedPower(binary: Binary): Expression {
  const left: Expression = { kind: 'negate', type: 'scalar', operand: binary.left }
  return { kind: 'negate', type: binary.type, operand: { ...binary, left } }
}
