import { isDeepStrictEqual } from 'node:util'
import { copied, isObject } from '../../json.js'
import { badRequest, patchRefused } from '../errors.js'

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

type Container = Record<string, unknown> | unknown[]

/**
 * Applies a JSON patch (RFC 6902) and returns the new document, which shares with the old one, and with the patch, whatever
 * it does not change. As in Kubernetes, `replace` of a member that is not there adds it, a failed `test` is not told apart
 * from a patch that does not fit, and both are 422.
 */
export function applyJsonPatch(document: object, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isOperation))
    throw badRequest('error decoding patch: expected a list of operations, each with op and path')
  const root: Root = { document, own: new WeakSet() }
  for (const operation of patch) applyOne(root, operation)
  return root.document
}

const isOperation = (value: unknown): value is Operation =>
  isObject(value) && typeof value.op === 'string' && typeof value.path === 'string'

function applyOne(root: Root, operation: Operation): void {
  const apply = Object.hasOwn(operators, operation.op) ? operators[operation.op] : undefined
  if (!apply) throw patchRefused()
  apply(root, operation)
}

/** What the whole document hangs from, so that it can be replaced too. */
interface Root {
  document: unknown
  /** What was made here: anything else belongs to others, and is copied before it is changed. */
  readonly own: WeakSet<object>
}

const operators: Readonly<Record<string, (root: Root, operation: Operation) => void>> = {
  add: (root, { path, value }) => insert(locate(root, path), value),
  replace: (root, { path, value }) => overwrite(locate(root, path), value),
  remove: (root, { path }) => void remove(locate(root, path)),
  move: (root, { path, from = '' }) => insert(locate(root, path), remove(locate(root, from))),
  copy: (root, { path, from = '' }) => insert(locate(root, path), copied(valueAt(root, from))),
  test: (root, { path, value }) => {
    if (!isDeepStrictEqual(valueAt(root, path) ?? null, value ?? null)) throw patchRefused()
  },
}

/** The container that holds a place, and the place's key in it. */
interface Place {
  readonly container: Container
  readonly key: string
}

/** A place that may be changed: every container on the way to it is our own. */
function locate(root: Root, pointer: string): Place {
  let place: Place = { container: root as unknown as Container, key: 'document' }
  for (const key of keysOf(pointer)) place = { container: owned(root, place), key }
  return place
}

function owned({ own }: Root, place: Place): Container {
  const container = containerAt(read(place))
  if (own.has(container)) return container
  const copy = Array.isArray(container) ? [...container] : { ...container }
  own.add(copy)
  overwrite(place, copy)
  return copy
}

const valueAt = ({ document }: Root, pointer: string): unknown =>
  keysOf(pointer).reduce((at, key) => read({ container: containerAt(at), key }), document)

function keysOf(pointer: string): string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw patchRefused()
  const keys = pointer.slice(1).split('/').map(decoded)
  if (keys.includes('__proto__')) throw patchRefused()
  return keys
}

const decoded = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

function containerAt(value: unknown): Container {
  if (Array.isArray(value) || isObject(value)) return value as Container
  throw patchRefused()
}

/** The index of an element of a list; `end` is allowed only where something is added. */
function indexIn(list: readonly unknown[], key: string, end: number): number {
  const index = Number(key)
  if (!/^(0|[1-9]\d*)$/.test(key) || index > end) throw patchRefused()
  return Math.min(index, list.length)
}

function read({ container, key }: Place): unknown {
  return Array.isArray(container) ? container[indexIn(container, key, container.length - 1)] : container[key]
}

function insert({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) container[key] = value
  else if (key === '-') container.push(value)
  else container.splice(indexIn(container, key, container.length), 0, value)
}

function overwrite({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container[indexIn(container, key, container.length - 1)] = value
  else container[key] = value
}

function remove({ container, key }: Place): unknown {
  if (Array.isArray(container)) return container.splice(indexIn(container, key, container.length - 1), 1)[0]
  if (!(key in container)) throw patchRefused()
  const value = container[key]
  delete container[key]
  return value
}
