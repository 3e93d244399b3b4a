import { isDeepStrictEqual } from 'node:util'

export function applyPatch(document, operations) {
  const copy = structuredClone(document)
  for (const operation of structuredClone(operations))
    if (!applies(copy, operation)) throw new Error(`${operation.op} of ${operation.path} does not apply`)
  return copy
}

export const patchInPlace = (document, operations) => operations.every(operation => applies(document, operation))

function applies(document, { op, path, value }) {
  const keys = path
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop() ?? ''
  const at = keys.reduce((parent, key) => (isContainer(parent) ? parent[key] : undefined), document)
  if (!isContainer(at)) return false
  if (op === 'add') return Array.isArray(at) ? inserts(at, last, value) : Reflect.set(at, last, value)
  if (!Object.hasOwn(at, last)) return false
  if (op === 'test') return isDeepStrictEqual(at[last], value)
  if (op === 'replace') return Reflect.set(at, last, value)
  return Array.isArray(at) ? at.splice(Number(last), 1).length === 1 : Reflect.deleteProperty(at, last)
}

function inserts(list, key, value) {
  const place = key === '-' ? list.length : Number(key)
  if (!Number.isInteger(place) || place < 0 || place > list.length) return false
  list.splice(place, 0, value)
  return true
}

const isContainer = at => typeof at === 'object' && at !== null
