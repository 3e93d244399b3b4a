import { type ApiError, apiError } from '../errors.js'
import { type Changes, compare, fieldsOf } from '../fields/compare.js'
import { isWithin } from '../fields/field-set.js'
import * as managers from '../fields/managers.js'
import { owned } from '../fields/owned.js'
import type { Draft, KubeObject, ManagedFields } from '../object.js'
import { mergeApplied, withoutFields } from '../patch/apply.js'
import type { Resource } from '../resources/resource.js'

/** Brings the record of who owns what in line with a change that is about to be stored. */
export type Recorder = (live: KubeObject | undefined, draft: Draft) => ManagedFields[]

const entriesOf = (live: KubeObject | undefined): readonly ManagedFields[] => live?.metadata.managedFields ?? []

const changesOf = ({ schema }: Resource, live: KubeObject | undefined, draft: Draft): Changes =>
  compare(schema, owned(live), owned(draft))

export function updateRecorder(resource: Resource, writing: managers.Writing): Recorder {
  return (live, draft) => managers.recordUpdate(entriesOf(live), writing, changesOf(resource, live, draft))
}

/** Of a server-side apply; throws `Conflict` for what it would take from others, unless it is forced. */
export function applyRecorder(resource: Resource, writing: managers.Writing, config: Draft, force: boolean): Recorder {
  const applied = fieldsOf(resource.schema, owned(config))
  return (live, draft) => {
    const changes = changesOf(resource, live, draft)
    const conflicts = managers.conflictsWith(entriesOf(live), writing, changes)
    if (conflicts.length > 0 && !force) throw ownershipConflict(conflicts)
    return managers.recordApply(entriesOf(live), writing, changes, applied)
  }
}

/** Lays a configuration over the live object, and takes away what its applier no longer wants and nobody else owns. */
export function applyConfiguration(
  resource: Resource,
  live: KubeObject,
  config: Draft,
  writing: managers.Writing,
): Draft {
  const { schema } = resource
  const wanted = [...fieldsOf(schema, owned(config)), ...managers.ownedByOthers(entriesOf(live), writing)]
  const before = managers.appliedBy(entriesOf(live), writing)
  const dropped = [...before].filter(place => !wanted.some(other => isWithin(other, place)))
  return withoutFields(schema, mergeApplied(schema, live, config) as Draft, dropped) as Draft
}

function ownershipConflict(conflicts: readonly managers.OwnershipConflict[]): ApiError {
  const causes = conflicts.map(({ manager, apiVersion, subresource, field }) => ({
    reason: 'FieldManagerConflict' as const,
    message: `conflict with "${manager}"${subresource ? ` with subresource "${subresource}"` : ''} using ${apiVersion}`,
    field,
  }))
  const [first] = causes
  const text =
    causes.length === 1
      ? `1 conflict: ${first?.message}: ${first?.field}`
      : `${causes.length} conflicts: ${causes.map(({ message, field }) => `${message}: ${field}`).join(', ')}`
  return apiError('Conflict', `Apply failed with ${text}`, { causes })
}
