import { isObject } from '../../json.js'
import { keepsUnknown, type Schema, schemaOf } from './schema.js'

/**
 * Drops the fields that the schema does not know, and tells which they were. Where a field may not be null, null is no
 * value either, and goes too.
 */
export function prune<T>(schema: Schema, value: T): { value: T; unknown: string[] } {
  const unknown: string[] = []
  return { value: kept(schema, value, '', unknown) as T, unknown }
}

function kept(schema: Schema, value: unknown, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item, i) => kept(items, item, `${path}[${i}]`, unknown)) : value
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    const known = schemaOf(schema, name)
    if (known && member === null && known.nullable !== true) return []
    if (known) return [[name, kept(known, member, at, unknown)] as const]
    if (keepsUnknown(schema)) return [[name, member] as const]
    unknown.push(at)
    return []
  })
  return Object.fromEntries(entries)
}
