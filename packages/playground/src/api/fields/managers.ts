import type { ManagedFields } from '../object.js'
import type { Changes } from './compare.js'
import { common, type FieldSet, fromFieldsV1, readable, toFieldsV1, union, without } from './field-set.js'

/** Who writes, how and when. */
export interface Writing {
  readonly manager: string
  readonly operation: ManagedFields['operation']
  readonly apiVersion: string
  readonly subresource: string | undefined
  /** RFC 3339, whole seconds. */
  readonly time: string
}

interface Owner {
  readonly entry: Omit<ManagedFields, 'fieldsV1' | 'fieldsType'>
  readonly fields: FieldSet
}

/** A place that an applier wants to change, and who holds it. */
export interface OwnershipConflict {
  readonly manager: string
  readonly apiVersion: string
  readonly subresource?: string
  readonly field: string
}

/** Of one entry there is one per manager, operation, subresource and, unless it is an applier, API version. */
function isEntryOf({ entry }: Owner, { manager, operation, apiVersion, subresource }: Writing): boolean {
  return (
    entry.manager === manager &&
    entry.operation === operation &&
    entry.subresource === subresource &&
    (operation === 'Apply' || entry.apiVersion === apiVersion)
  )
}

const read = (entries: readonly ManagedFields[]): Owner[] =>
  entries.map(({ fieldsV1, fieldsType: _, ...entry }) => ({ entry, fields: fromFieldsV1(fieldsV1) }))

/** Appliers come first, then it goes by time. */
function written(owners: readonly Owner[]): ManagedFields[] {
  const rank = ({ entry }: Owner) => `${entry.operation} ${entry.time} ${entry.manager} ${entry.subresource ?? ''}`
  return owners
    .filter(({ fields }) => fields.size > 0)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map(({ entry, fields }) => ({ ...entry, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(fields) }))
}

const ownerOf = ({ manager, operation, apiVersion, subresource, time }: Writing, fields: FieldSet): Owner => ({
  entry: { manager, operation, apiVersion, time, ...(subresource === undefined ? {} : { subresource }) },
  fields,
})

/** What a writer changes is his alone from now on. Who changes nothing is not mentioned, and his time stays. */
export function recordUpdate(entries: readonly ManagedFields[], writing: Writing, changes: Changes): ManagedFields[] {
  const { added, modified, removed } = changes
  const taken = union(added, modified)
  const [own, others] = apart(entries, writing)
  const left = others.map(owner => ({ ...owner, fields: without(without(owner.fields, taken), removed) }))
  const kept = without(own?.fields ?? new Set(), removed)
  if (taken.size > 0) return written([...left, ownerOf(writing, union(kept, taken))])
  return written(own ? [...left, { ...own, fields: kept }] : left)
}

/** The entry of a writer, and those of everybody else. */
function apart(entries: readonly ManagedFields[], writing: Writing): [Owner | undefined, Owner[]] {
  const owners = read(entries)
  const own = owners.find(owner => isEntryOf(owner, writing))
  return [own, owners.filter(owner => owner !== own)]
}

/** What an applier owned until now. */
export const appliedBy = (entries: readonly ManagedFields[], writing: Writing): FieldSet =>
  apart(entries, writing)[0]?.fields ?? new Set()

/** What anybody but this writer owns. */
export const ownedByOthers = (entries: readonly ManagedFields[], writing: Writing): FieldSet =>
  apart(entries, writing)[1].reduce<FieldSet>((all, { fields }) => union(all, fields), new Set())

/** Which of the changes would take something from somebody else. */
export function conflictsWith(
  entries: readonly ManagedFields[],
  writing: Writing,
  { added, modified }: Changes,
): OwnershipConflict[] {
  const taken = union(added, modified)
  const [, others] = apart(entries, writing)
  return others.flatMap(({ entry, fields }) =>
    [...common(fields, taken)].map(path => ({ ...entry, field: readable(path) })),
  )
}

/** An applier owns what is in its configuration, and takes from others what it changes. */
export function recordApply(
  entries: readonly ManagedFields[],
  writing: Writing,
  { added, modified, removed }: Changes,
  applied: FieldSet,
): ManagedFields[] {
  const lost = union(union(added, modified), removed)
  const [own, others] = apart(entries, writing)
  const left = others.map(owner => ({ ...owner, fields: without(owner.fields, lost) }))
  const isSame = own !== undefined && lost.size === 0 && isEqual(own.fields, applied)
  return written([...left, ownerOf(isSame ? { ...writing, time: own.entry.time } : writing, applied)])
}

const isEqual = (a: FieldSet, b: FieldSet): boolean => a.size === b.size && union(a, b) === a
