import { isDeepStrictEqual } from 'node:util'

export interface Operation {
  readonly op: string
  readonly path: string
  readonly value?: unknown
}

/** The patched copy of a document (RFC 6902: add, replace, remove and test), or undefined when it does not apply. */
export function patched(document: unknown, operations: readonly Operation[]): unknown {
  const copy = structuredClone(document)
  return operations.every(operation => apply(copy, operation)) ? copy : undefined
}

function apply(document: unknown, { op, path, value }: Operation): boolean {
  const keys = path
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop() ?? ''
  const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
  if (typeof parent !== 'object' || parent === null) return false
  const fields = parent as Record<string, unknown>
  if (op !== 'add' && !Object.hasOwn(fields, last)) return false
  if (op === 'test') return isDeepStrictEqual(fields[last], value)
  if (op === 'remove') delete fields[last]
  else fields[last] = structuredClone(value)
  return true
}
