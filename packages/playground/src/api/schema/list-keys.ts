import { isObject } from '../../json.js'
import type { Schema } from './schema.js'

/** Whether the elements of the list are known by their keys or values, and not by their place. */
export const isAssociative = (schema: Schema | undefined): schema is Schema =>
  schema?.['x-kubernetes-list-type'] === 'map' || schema?.['x-kubernetes-list-type'] === 'set'

/**
 * What identifies an element of a list, as managedFields writes it: `k:{"name":"x"}` for a list with keys, `v:"x"` for
 * a set. Undefined where elements are known by their place only, and for an element that has no key.
 */
export function elementKey(schema: Schema, element: unknown): string | undefined {
  if (schema['x-kubernetes-list-type'] === 'set') return `v:${JSON.stringify(element)}`
  if (schema['x-kubernetes-list-type'] !== 'map' || !isObject(element)) return undefined
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort()
  const keyValue = (key: string) => element[key] ?? schema.items?.properties?.[key]?.default
  const present = keys.filter(key => keyValue(key) !== undefined)
  return present.length === 0
    ? undefined
    : `k:${JSON.stringify(Object.fromEntries(present.map(key => [key, keyValue(key)])))}`
}
