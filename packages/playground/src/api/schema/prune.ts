import { isObject, mapped, mappedMembers } from '../../json.js'
import { keepsUnknown, type Schema, schemaOf } from './schema.js'

/**
 * Drops the fields that the schema does not know, and tells which they were. Where a field may not be null, null is no
 * value either, and goes too.
 */
export function prune<T>(schema: Schema, value: T): { value: T; unknown: string[] } {
  const unknown: string[] = []
  return { value: kept(schema, value, '', unknown) as T, unknown }
}

/** What nothing is dropped from is returned as it is: most of what is written was read before, and is shared. */
function kept(schema: Schema, value: unknown, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? mapped(value, (item, i) => kept(items, item, `${path}[${i}]`, unknown)) : value
  }
  if (!isObject(value)) return value
  const dropped: string[] = []
  const whole = mappedMembers(value, (member, name) => {
    const at = path === '' ? name : `${path}.${name}`
    const known = schemaOf(schema, name)
    const isNone = known && member === null && known.nullable !== true
    if (known && !isNone) return kept(known, member, at, unknown)
    if (!isNone && keepsUnknown(schema)) return member
    if (!isNone) unknown.push(at)
    dropped.push(name)
    return member
  })
  if (dropped.length === 0) return whole
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !dropped.includes(name)))
}
