import type { FieldsV1 } from '../object.js'

/**
 * A set of places in an object. A place is a chain of elements as managedFields writes them: `f:spec`, `k:{"name":"x"}`,
 * `v:"x"`, joined here by a character that none of them holds.
 */
export type FieldSet = ReadonlySet<string>

const separator = '\u0000'

export const pathOf = (parent: string, element: string): string =>
  parent === '' ? element : `${parent}${separator}${element}`

export const elementsOf = (path: string): string[] => path.split(separator)

/** Whether a place is another one, or below it. */
export const isWithin = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}${separator}`)

/** The place as people read it, e.g. `.spec.http`. */
export const readable = (path: string): string =>
  elementsOf(path)
    .map(element =>
      element.startsWith('f:') ? `.${element.slice(2)}` : `[${element.slice(2).replace(/^\{|\}$/g, '')}]`,
    )
    .join('')

export const union = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a, ...b])

export const without = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a].filter(path => !b.has(path)))

export const common = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a].filter(path => b.has(path)))

/** Reads the tree that is stored: a leaf is a member, and so is a node with the member `.`. */
export function fromFieldsV1(tree: FieldsV1, parent = ''): Set<string> {
  const set = new Set<string>()
  for (const [element, below] of Object.entries(tree)) {
    if (element === '.') continue
    const path = pathOf(parent, element)
    if (Object.keys(below).length === 0 || '.' in below) set.add(path)
    for (const deeper of fromFieldsV1(below, path)) set.add(deeper)
  }
  return set
}

interface Tree {
  [element: string]: Tree
}

export function toFieldsV1(set: FieldSet): FieldsV1 {
  const tree: Tree = {}
  for (const path of [...set].sort()) {
    let node = tree
    for (const element of elementsOf(path)) {
      node[element] ??= {}
      node = node[element]
    }
    node['.'] = {}
  }
  return trimmed(tree)
}

/** A leaf needs no `.` to be a member. */
function trimmed(node: Tree): FieldsV1 {
  const elements = Object.keys(node)
  if (elements.length === 1 && elements[0] === '.') return {}
  return Object.fromEntries(Object.entries(node).map(([element, below]) => [element, trimmed(below)]))
}
