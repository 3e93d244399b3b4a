/** One operation of a JSON patch (RFC 6902). */
export interface Operation {
  readonly op: 'test' | 'replace' | 'add' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** Changes `document` in place; false when an operation does not apply. */
export function patch(document: object, operations: readonly Operation[]): boolean {
  return operations.every(operation => applies(document, operation))
}

function applies(document: object, { op, path, value }: Operation): boolean {
  const keys = path
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop() ?? ''
  let at: unknown = document
  for (const key of keys) at = isContainer(at) ? Reflect.get(at, key) : undefined
  if (!isContainer(at) || (op !== 'add' && !Object.hasOwn(at, last))) return false
  if (op === 'test') return JSON.stringify(Reflect.get(at, last)) === JSON.stringify(value)
  if (op === 'remove') return Reflect.deleteProperty(at, last)
  return Reflect.set(at, last, value)
}

const isContainer = (at: unknown): at is object => typeof at === 'object' && at !== null
