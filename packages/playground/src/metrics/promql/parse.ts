import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import type { Expression } from './ast.js'
import { parseNumber } from './literals.js'
import { binaryExpression } from './parse-binary.js'
import { aggregation, functionCall } from './parse-call.js'
import { offsetSelector, rangeSelector, vectorSelector } from './parse-selector.js'
import { childrenOf, Source } from './source.js'

/** How the parts of an expression are parsed. */
export interface Parser {
  readonly source: Source
  parse(node: SyntaxNode): Expression
}

/** Parses a query, and makes sure that its types fit. Throws `QueryError` of the type `bad_data`. */
export function parse(query: string): Expression {
  const source = new Source(query)
  const { topNode } = parser.parse(query)
  source.refuseErrors(topNode)
  const self: Parser = { source, parse: node => expressionOf(self, node) }
  return inner(self, topNode)
}

/** The expression in parentheses, and the like. */
function inner(self: Parser, node: SyntaxNode): Expression {
  const [child] = childrenOf(node)
  if (!child) throw self.source.error(node, 'no expression found in input')
  return self.parse(child)
}

function expressionOf(self: Parser, node: SyntaxNode): Expression {
  const { source } = self
  switch (node.name) {
    case 'ParenExpr':
      return inner(self, node)
    case 'NumberDurationLiteral':
      return numberLiteral(source, node)
    case 'StringLiteral':
      return { kind: 'string', type: 'string', value: source.string(node) }
    case 'VectorSelector':
      return vectorSelector(source, node)
    case 'MatrixSelector':
      return rangeSelector(self, node)
    case 'OffsetExpr':
      return offsetSelector(self, node)
    case 'UnaryExpr':
      return unaryExpression(self, node)
    case 'BinaryExpr':
      return binaryExpression(self, node)
    case 'AggregateExpr':
      return aggregation(self, node)
    case 'FunctionCall':
      return functionCall(self, node)
    case 'SubqueryExpr':
      throw source.unsupported(node, 'a subquery')
    case 'StepInvariantExpr':
      throw source.unsupported(node, 'the modifier @')
    default:
      throw source.unsupported(node, `«${source.text(node)}»`)
  }
}

function numberLiteral(source: Source, node: SyntaxNode): Expression {
  const value = parseNumber(source.text(node))
  if (value === undefined) throw source.error(node, `bad number or duration syntax: "${source.text(node)}"`)
  return { kind: 'number', type: 'scalar', value }
}

function unaryExpression(self: Parser, node: SyntaxNode): Expression {
  const [operator, child] = childrenOf(node) as [SyntaxNode, SyntaxNode]
  const operand = self.parse(child)
  self.source.requireType(operand, child, ['scalar', 'vector'], 'unary expression')
  return self.source.text(operator) === '-' ? { kind: 'negate', type: operand.type, operand } : operand
}
