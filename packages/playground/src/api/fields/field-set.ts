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

/** The place as people read it, e.g. `.spec.lines[name="one"].length`. */
export const readable = (path: string): string => elementsOf(path).map(readableElement).join('')

function readableElement(element: string): string {
  const text = element.slice(2)
  if (element.startsWith('f:')) return `.${text}`
  if (element.startsWith('v:')) return `[=${text}]`
  const keys = Object.entries(JSON.parse(text) as object)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}

/** The same set where nothing is added. */
export const union = (a: FieldSet, b: FieldSet): FieldSet =>
  [...b].every(path => a.has(path)) ? a : new Set([...a, ...b])

/** The same set where nothing is taken away. */
export const without = (a: FieldSet, b: FieldSet): FieldSet =>
  [...b].some(path => a.has(path)) ? new Set([...a].filter(path => !b.has(path))) : a

export const common = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a].filter(path => b.has(path)))

/** What was converted already: an object is written often, and mostly by the same hands. */
const sets = new WeakMap<FieldsV1, FieldSet>()
const trees = new WeakMap<FieldSet, FieldsV1>()

/** Reads the tree that is stored: a leaf is a member, and so is a node with the member `.`. */
export function fromFieldsV1(tree: FieldsV1): FieldSet {
  const known = sets.get(tree)
  return known ?? remembered(new Set(membersOf(tree, '')), tree).set
}

export function toFieldsV1(set: FieldSet): FieldsV1 {
  const known = trees.get(set)
  return known ?? remembered(set, treeOf(set)).tree
}

function remembered(set: FieldSet, tree: FieldsV1): { set: FieldSet; tree: FieldsV1 } {
  sets.set(tree, set)
  trees.set(set, tree)
  return { set, tree }
}

function* membersOf(tree: FieldsV1, parent: string): Generator<string> {
  for (const [element, below] of Object.entries(tree)) {
    if (element === '.') continue
    const path = pathOf(parent, element)
    if (Object.keys(below).length === 0 || '.' in below) yield path
    yield* membersOf(below, path)
  }
}

interface Tree {
  [element: string]: Tree
}

function treeOf(set: FieldSet): FieldsV1 {
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
