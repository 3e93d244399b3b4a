import type { SyntaxNode } from '@lezer/common'
import { isAggregateOperator } from './aggregate.js'
import type { Expression, Grouping } from './ast.js'
import { functions } from './functions.js'
import type { Parser } from './parse.js'
import { groupingLabels } from './parse-binary.js'
import { childOf, childrenOf, type Source } from './source.js'

export function functionCall({ source, parse }: Parser, node: SyntaxNode): Expression {
  const [identifier, body] = childrenOf(node) as [SyntaxNode, SyntaxNode]
  const name = source.text(identifier)
  const definition = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!definition) throw source.unsupported(node, `the function ${name}`)
  const nodes = childrenOf(body)
  const { args: types, optional, returns } = definition
  const least = types.length - optional
  if (nodes.length < least || nodes.length > types.length) {
    const expected = optional === 0 ? `${least}` : `${least} to ${types.length}`
    throw source.error(node, `expected ${expected} argument(s) in call to "${name}", got ${nodes.length}`)
  }
  const args = nodes.map((argument, i) => {
    const expression = parse(argument)
    source.requireType(expression, argument, types.slice(i, i + 1), `call to function "${name}"`)
    return expression
  })
  return { kind: 'call', type: returns, name, args }
}

export function aggregation({ source, parse }: Parser, node: SyntaxNode): Expression {
  const [operatorNode] = childrenOf(node) as [SyntaxNode]
  const operator = source.text(operatorNode).toLowerCase()
  if (!isAggregateOperator(operator)) throw source.unsupported(node, `the aggregation ${operator}`)
  const body = childOf(node, 'FunctionCallBody')
  const args = body ? childrenOf(body) : []
  const [argument] = args
  if (!argument || args.length !== 1)
    throw source.error(
      node,
      `wrong number of arguments for aggregate expression provided, expected 1, got ${args.length}`,
    )
  const operand = parse(argument)
  source.requireType(operand, argument, ['vector'], 'aggregation expression')
  return { kind: 'aggregate', type: 'vector', operator, grouping: groupingOf(source, node), operand }
}

/** Without a clause everything is one group. */
function groupingOf(source: Source, node: SyntaxNode): Grouping {
  const modifier = childOf(node, 'AggregateModifier')
  if (!modifier) return { kind: 'only', labels: [] }
  return { kind: childOf(modifier, 'By') ? 'only' : 'except', labels: groupingLabels(source, modifier) }
}
