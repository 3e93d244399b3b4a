import { isObject } from '../../json.js'
import { type Schema, schemaOf } from './schema.js'

/** Adds the defaults of the schema where there is no value. */
export function withDefaults<T>(schema: Schema, value: T): T {
  return filled(schema, value) as T
}

function filled(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map(item => filled(items, item)) : value
  }
  if (!isObject(value)) return value
  const members = Object.entries(value).map(([name, member]) => {
    const known = schemaOf(schema, name)
    return [name, known ? filled(known, member) : member]
  })
  const added = Object.entries(schema.properties ?? {})
    .filter(([name, property]) => !(name in value) && property.default !== undefined)
    .map(([name, property]) => [name, filled(property, property.default)])
  return Object.fromEntries([...members, ...added])
}
