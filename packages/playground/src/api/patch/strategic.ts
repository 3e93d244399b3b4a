import { isObject, type JsonObject } from '../../json.js'
import { badRequest } from '../errors.js'
import { type Schema, schemaOf } from '../schema/schema.js'

/**
 * Applies a strategic merge patch: a merge patch that also merges lists with keys, and lists of values. Of its
 * directives `$patch` (delete, replace) and `$deleteFromPrimitiveList` are obeyed, `$setElementOrder` is ignored because
 * order means nothing in the lists that are merged here, and the others are refused.
 */
export function applyStrategicPatch(schema: Schema | undefined, target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const { $patch, ...fields } = patch
  if ($patch === 'replace') return fields
  if ($patch === 'delete') return undefined
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('$')) applyDirective(merged, name, value)
    else if (value === null) delete merged[name]
    else merged[name] = mergedMember(schema && schemaOf(schema, name), merged[name], value)
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
}

function mergedMember(schema: Schema | undefined, live: unknown, value: unknown): unknown {
  if (!Array.isArray(value)) return applyStrategicPatch(schema, live, value)
  const list = Array.isArray(live) ? live : []
  if (schema?.['x-kubernetes-list-type'] === 'set') return [...new Set([...list, ...value])]
  const key = schema?.['x-kubernetes-patch-merge-key'] ?? schema?.['x-kubernetes-list-map-keys']?.[0]
  return schema && key !== undefined ? mergeByKey(schema, key, list, value) : value
}

function mergeByKey(schema: Schema, key: string, live: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (patch.some(element => !isObject(element))) throw badRequest(`expected a list of objects with ${key}`)
  const elements = patch as readonly JsonObject[]
  const isReplaced = elements.some(({ $patch, ...rest }) => $patch === 'replace' && Object.keys(rest).length === 0)
  return elements
    .filter(element => Object.keys(element).some(name => name !== '$patch'))
    .reduce<readonly unknown[]>((list, element) => mergeElement(schema, key, list, element), isReplaced ? [] : live)
    .slice()
}

function mergeElement(schema: Schema, key: string, list: readonly unknown[], element: JsonObject): unknown[] {
  if (element[key] === undefined) throw badRequest(`an element of the patch does not contain the merge key ${key}`)
  const at = list.findIndex(item => isObject(item) && item[key] === element[key])
  const merged = applyStrategicPatch(schema.items, at < 0 ? {} : list[at], element)
  const kept = merged === undefined ? [] : [merged]
  return at < 0 ? [...list, ...kept] : [...list.slice(0, at), ...kept, ...list.slice(at + 1)]
}

function applyDirective(target: Record<string, unknown>, directive: string, value: unknown): void {
  const [name, field = ''] = directive.split('/', 2)
  if (name === '$setElementOrder') return
  if (name !== '$deleteFromPrimitiveList' || !Array.isArray(value))
    throw badRequest(`the embedded API does not know the directive ${directive} of a strategic merge patch`)
  const list = target[field]
  if (Array.isArray(list)) target[field] = list.filter(item => !value.includes(item))
}
