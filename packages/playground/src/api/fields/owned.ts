import { isObject, type JsonObject } from '../../json.js'
import type { Draft } from '../object.js'

/** What nobody owns: the server's own part of `metadata`, and what identifies the object. */
const unowned: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
])

/** The part of an object that has owners. Without an object: an empty one. */
export function owned(draft: Draft | undefined): JsonObject {
  if (draft === undefined) return { metadata: {} }
  const { apiVersion: _, kind: __, metadata, ...rest } = draft
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => !unowned.has(name))) }
}

/** A map whose members have owners of their own; a list has one owner, unless its elements have keys. */
export const isGranular = (
  schema: { readonly 'x-kubernetes-map-type'?: string } | undefined,
  value: unknown,
): value is JsonObject => isObject(value) && schema?.['x-kubernetes-map-type'] !== 'atomic'
