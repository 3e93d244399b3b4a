import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../json.js'
import { elementKey, isAssociative } from '../schema/list-keys.js'
import { type Schema, schemaOf } from '../schema/schema.js'
import { elementsOf, type FieldSet, pathOf } from './field-set.js'
import { isGranular } from './owned.js'

/** In which places two versions of an object differ. */
export interface Changes {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

/** Compares the owned parts of an object, down to what can have an owner. */
export function compare(schema: Schema, before: JsonObject, after: JsonObject): Changes {
  const changes = { added: new Set<string>(), modified: new Set<string>(), removed: new Set<string>() }
  compareMembers(schema, before, after, '', changes)
  return changes
}

/** The places that a configuration fills: what its applier owns. Maps are owned by their members, if they have any. */
export function fieldsOf(schema: Schema, config: JsonObject): FieldSet {
  const set = new Set<string>()
  for (const [element, child, value] of membersOf(schema, config)) addLeaves(child, value, element, set)
  // Every object has metadata: without members it is nobody's.
  set.delete('f:metadata')
  return set
}

type Member = readonly [element: string, schema: Schema | undefined, value: unknown]

/** The members of a map, or of a list with keys; none of anything else. */
function membersOf(schema: Schema | undefined, value: unknown): readonly Member[] {
  if (isGranular(schema, value))
    return Object.entries(value).map(([name, member]) => [`f:${name}`, schema && schemaOf(schema, name), member])
  if (!Array.isArray(value) || !isAssociative(schema)) return []
  return value.map(item => [elementKey(schema, item) ?? '', schema.items, item])
}

const hasMembers = (schema: Schema | undefined, value: unknown): boolean =>
  isGranular(schema, value) || (Array.isArray(value) && isAssociative(schema))

function compareMembers(
  schema: Schema | undefined,
  before: unknown,
  after: unknown,
  path: string,
  changes: Record<keyof Changes, Set<string>>,
): void {
  const old = new Map(membersOf(schema, before).map(member => [member[0], member]))
  for (const [element, child, value] of membersOf(schema, after)) {
    const at = pathOf(path, element)
    const previous = old.get(element)
    old.delete(element)
    if (previous === undefined) addAll(child, value, at, changes.added)
    else if (previous[2] === value) continue
    else if (hasMembers(child, value) && hasMembers(child, previous[2]))
      compareMembers(child, previous[2], value, at, changes)
    else if (!isDeepStrictEqual(previous[2], value)) {
      changes.modified.add(at)
      // What was a map may be a number now, or the other way round.
      addBelow(child, previous[2], at, changes.removed)
      addBelow(child, value, at, changes.added)
    }
  }
  for (const [element, child, value] of old.values()) addAll(child, value, pathOf(path, element), changes.removed)
}

/** The place, and every one below it. */
function addAll(schema: Schema | undefined, value: unknown, path: string, set: Set<string>): void {
  set.add(path)
  addBelow(schema, value, path, set)
}

function addBelow(schema: Schema | undefined, value: unknown, path: string, set: Set<string>): void {
  for (const [element, child, member] of membersOf(schema, value)) addAll(child, member, pathOf(path, element), set)
}

/** The places below that hold something; elements with keys, and empty maps, are places themselves, empty lists are not. */
function addLeaves(schema: Schema | undefined, value: unknown, path: string, set: Set<string>): void {
  const members = membersOf(schema, value)
  const isElement = !elementsOf(path).at(-1)?.startsWith('f:')
  const isEmptyList = Array.isArray(value) && isAssociative(schema) && value.length === 0
  if ((members.length === 0 && !isEmptyList) || isElement) set.add(path)
  for (const [element, child, member] of members) addLeaves(child, member, pathOf(path, element), set)
}
