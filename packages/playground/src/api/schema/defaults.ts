import { isObject, mapped, mappedMembers } from '../../json.js'
import { type Schema, schemaOf } from './schema.js'

/** Adds the defaults of the schema where there is no value. */
export function withDefaults<T>(schema: Schema, value: T): T {
  return filled(schema, value) as T
}

/** What lacks nothing is returned as it is. */
function filled(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? mapped(value, item => filled(items, item)) : value
  }
  if (!isObject(value)) return value
  const whole = mappedMembers(value, (member, name) => {
    const known = schemaOf(schema, name)
    return known ? filled(known, member) : member
  })
  const added = Object.entries(schema.properties ?? {})
    .filter(([name, property]) => property.default !== undefined && !(name in value))
    .map(([name, property]) => [name, filled(property, property.default)])
  return added.length === 0 ? whole : { ...whole, ...Object.fromEntries(added) }
}
