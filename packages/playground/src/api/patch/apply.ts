import { isObject, type JsonObject } from '../../json.js'
import { elementsOf } from '../fields/field-set.js'
import { isGranular } from '../fields/owned.js'
import { elementKey, isAssociative } from '../schema/list-keys.js'
import { type Schema, schemaOf } from '../schema/schema.js'

/** Lays an applied configuration over the live object: maps by member, lists with keys by element, all else whole. */
export function mergeApplied(schema: Schema | undefined, live: unknown, config: unknown): unknown {
  if (isGranular(schema, live) && isGranular(schema, config)) {
    const merged = Object.entries(config).map(([name, value]) => [
      name,
      name in live ? mergeApplied(schema && schemaOf(schema, name), live[name], value) : value,
    ])
    return { ...live, ...Object.fromEntries(merged) }
  }
  if (!Array.isArray(live) || !Array.isArray(config) || !isAssociative(schema)) return config
  const keyOf = (element: unknown) => elementKey(schema, element)
  const merged = live.map(element => {
    const applied = config.find(candidate => keyOf(candidate) === keyOf(element))
    return applied === undefined ? element : mergeApplied(schema.items, element, applied)
  })
  return [...merged, ...config.filter(element => !live.some(other => keyOf(other) === keyOf(element)))]
}

/**
 * Takes places out of an object, elements of lists before what is in them; a map or list that this leaves empty goes too.
 */
export function withoutFields(schema: Schema, object: JsonObject, places: readonly string[]): JsonObject {
  return places
    .map(elementsOf)
    .sort((a, b) => a.length - b.length)
    .reduce<JsonObject>((left, path) => (removed(schema, left, path) ?? {}) as JsonObject, object)
}

/** The value without the place; undefined when nothing is left of it. */
function removed(schema: Schema | undefined, value: unknown, [element = '', ...deeper]: readonly string[]): unknown {
  if (Array.isArray(value)) {
    if (!schema) return value
    const left = value.flatMap(item => {
      if (elementKey(schema, item) !== element) return [item]
      const rest = deeper.length === 0 ? undefined : removed(schema.items, item, deeper)
      return rest === undefined ? [] : [rest]
    })
    return left.length === 0 ? undefined : left
  }
  const name = element.slice(2)
  if (!isObject(value) || !(name in value)) return value
  const { [name]: target, ...others } = value
  const rest = deeper.length === 0 ? undefined : removed(schema && schemaOf(schema, name), target, deeper)
  if (rest !== undefined) return { ...value, [name]: rest }
  return Object.keys(others).length === 0 ? undefined : others
}
