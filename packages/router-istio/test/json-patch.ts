/** JSON patch (RFC 6902) as the API server applies it, as far as people and the router use it here. */

export interface PatchOperation {
  readonly op: 'test' | 'replace' | 'add' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** The patched copy; throws when a path is missing or a test fails. */
export function applyPatch<T>(document: T, operations: readonly PatchOperation[]): T {
  const root = { document: structuredClone(document) }
  for (const operation of operations) applyOne(root, operation)
  return root.document
}

function applyOne(root: { document: unknown }, { op, path, value }: PatchOperation): void {
  const keys = ['document', ...path.split('/').slice(1).map(unescapeKey)]
  const last = keys.pop() ?? ''
  const parent = keys.reduce<unknown>((at, key) => member(at, key, path), root)
  if (op !== 'add') {
    const found = member(parent, last, path)
    if (op === 'test' && JSON.stringify(found) !== JSON.stringify(value)) throw new Error(`test of ${path} failed`)
  }
  if (op === 'test') return
  if (Array.isArray(parent)) applyToList(parent, last, op, value)
  else if (typeof parent !== 'object' || parent === null) throw new Error(`no ${path}`)
  else if (op === 'remove') Reflect.deleteProperty(parent, last)
  else Reflect.set(parent, last, structuredClone(value))
}

function applyToList(list: unknown[], key: string, op: 'replace' | 'add' | 'remove', value: unknown): void {
  const place = key === '-' ? list.length : Number(key)
  if (!Number.isInteger(place) || place < 0 || place > list.length) throw new Error(`no place ${key} in a list`)
  list.splice(place, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [structuredClone(value)]))
}

function member(at: unknown, key: string, path: string): unknown {
  if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) throw new Error(`no ${path}`)
  return Reflect.get(at, key)
}

const unescapeKey = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~')
