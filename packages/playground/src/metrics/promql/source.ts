import type { SyntaxNode } from '@lezer/common'
import type { Expression, ValueType } from './ast.js'
import { parseError, type QueryError, unsupported } from './errors.js'
import { parseString } from './literals.js'

const typeNames: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
}

/** A node's children that mean something. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment') children.push(child)
  return children
}

/** The first of a node's children that has this name. */
export const childOf = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  childrenOf(node).find(child => child.name === name)

/** A query, and what is said about its parts. */
export class Source {
  readonly #query: string

  constructor(query: string) {
    this.#query = query
  }

  text(node: SyntaxNode): string {
    return this.#query.slice(node.from, node.to)
  }

  /** The text of a string literal; the grammar does not ask for the closing quote. */
  string(node: SyntaxNode): string {
    const text = this.text(node)
    if (text.length < 2 || text.at(0) !== text.at(-1)) throw this.error(node, 'unterminated quoted string')
    return parseString(text)
  }

  error(node: SyntaxNode, message: string): QueryError {
    return parseError(this.#query, node.from, message)
  }

  /** For what is right, but not done here. */
  unsupported(node: SyntaxNode, what: string): QueryError {
    return unsupported(this.#query, node.from, what)
  }

  /** Throws at the first place that the grammar does not understand. */
  refuseErrors(root: SyntaxNode): void {
    if (this.#query.trim() === '') throw this.error(root, 'no expression found in input')
    root.cursor().iterate(({ type, node }) => {
      if (type.isError) throw this.error(node, this.#unexpected(node))
    })
  }

  /** Throws unless the expression is of one of the types. */
  requireType(expression: Expression, node: SyntaxNode, types: readonly ValueType[], where: string): void {
    if (types.includes(expression.type)) return
    const expected = types.map(type => typeNames[type]).join(' or ')
    throw this.error(node, `expected type ${expected} in ${where}, got ${typeNames[expression.type]}`)
  }

  #unexpected(node: SyntaxNode): string {
    const rest = this.#query.slice(node.from)
    const [token = ''] = /^\s*(\w+|\S)/.exec(rest) ?? []
    if (token === '') return 'unexpected end of input'
    const before = /([A-Za-z_]\w*)\s*$/.exec(this.#query.slice(0, node.from))?.[1]
    return token.trim() === '(' && before ? `unknown function with name "${before}"` : `unexpected "${token.trim()}"`
  }
}
