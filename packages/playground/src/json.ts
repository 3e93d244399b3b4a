/** A JSON object whose fields are not known. */
export interface JsonObject {
  readonly [field: string]: unknown
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path of fields, or undefined where the path ends early. */
export const dig = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((at: unknown, field) => (isObject(at) ? at[field] : undefined), value)

/** Makes a JSON value unchangeable, all the way down, and returns it: shared values can not be spoilt by a reader. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

/** A copy of a JSON value, all the way down; at a fraction of what `structuredClone` takes, which expects anything. */
export function copied<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copied) as T
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member)])) as T
}

/** The list with each item in its new form: the same list where none has one. */
export function mapped(list: readonly unknown[], change: (item: unknown, i: number) => unknown): readonly unknown[] {
  const items = list.map(change)
  return items.every((item, i) => item === list[i]) ? list : items
}

/** The object with each member in its new form: the same object where none has one. */
export function mappedMembers(object: JsonObject, change: (member: unknown, name: string) => unknown): JsonObject {
  let changed: [string, unknown][] | undefined
  for (const name of Object.keys(object)) {
    const member = change(object[name], name)
    if (member === object[name]) continue
    changed ??= []
    changed.push([name, member])
  }
  return changed === undefined ? object : { ...object, ...Object.fromEntries(changed) }
}

/** The same object without fields that are undefined. */
export function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
