import { defined } from '../../json.js'
import type { Cause } from '../errors.js'
import type { Draft, KubeObject, ObjectMeta } from '../object.js'

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const longestAnnotations = 262_144

/** What is wrong with the part of metadata that people write. */
export function metadataProblems({ metadata }: Draft, old: KubeObject | undefined): Cause[] {
  const { name = '', labels = {}, annotations = {}, finalizers = [] } = metadata
  const problems: Cause[] = []
  const refuse = (field: string, message: string, reason: Cause['reason'] = 'FieldValueInvalid') =>
    problems.push({ reason, message, field: `metadata.${field}` })
  if (name === '') refuse('name', 'Required value: name or generateName is required', 'FieldValueRequired')
  else if (name.length > 253 || !subdomain.test(name))
    refuse('name', `Invalid value: "${name}": a lowercase RFC 1123 subdomain of at most 253 characters is expected`)
  for (const [key, value] of Object.entries(labels)) {
    if (!qualifiedName.test(key))
      refuse('labels', `Invalid value: "${key}": a label key is a name, optionally after a prefix and a slash`)
    if (value.length > 63 || !labelValue.test(value))
      refuse(
        'labels',
        `Invalid value: "${value}": a valid label must be an empty string or consist of at most 63 alphanumeric characters, '-', '_' or '.'`,
      )
  }
  for (const key of Object.keys(annotations))
    if (!qualifiedName.test(key))
      refuse(
        'annotations',
        `Invalid value: "${key}": an annotation key is a name, optionally after a prefix and a slash`,
      )
  if (JSON.stringify(annotations).length > longestAnnotations)
    refuse('annotations', `Too long: may not be more than ${longestAnnotations} bytes`)
  const added = finalizers.filter(finalizer => !old?.metadata.finalizers?.includes(finalizer))
  if (old?.metadata.deletionTimestamp !== undefined && added.length > 0)
    refuse(
      'finalizers',
      `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
      'FieldValueForbidden',
    )
  return problems
}

/** The part of metadata that people write; what is empty is as good as absent. */
export function writable({
  labels,
  annotations,
  finalizers,
  ownerReferences,
}: Partial<ObjectMeta>): Partial<ObjectMeta> {
  const nonEmpty = <T extends object>(value: T | undefined) =>
    value && Object.keys(value).length > 0 ? value : undefined
  return defined({
    labels: nonEmpty(labels),
    annotations: nonEmpty(annotations),
    finalizers: nonEmpty(finalizers),
    ownerReferences: nonEmpty(ownerReferences),
  })
}

/** Metadata of a new object, before it is stored. */
export function newMetadata(
  draft: Draft,
  own: Pick<ObjectMeta, 'name' | 'uid' | 'creationTimestamp'> & { namespace: string | undefined },
  counted: boolean,
): Omit<ObjectMeta, 'resourceVersion'> {
  const { generateName } = draft.metadata
  return defined({ generateName, ...own, generation: counted ? 1 : undefined, ...writable(draft.metadata) })
}

const writableNames: ReadonlySet<string> = new Set<keyof ObjectMeta>([
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'managedFields',
])

/** Metadata of a changed object: what the server keeps stays as it was. */
export function changedMetadata(live: ObjectMeta, draft: Partial<ObjectMeta>): ObjectMeta {
  const kept = Object.fromEntries(Object.entries(live).filter(([name]) => !writableNames.has(name)))
  return { ...(kept as unknown as ObjectMeta), ...writable(draft) }
}

/** Whether the writer wants the record of who owns what to be forgotten. */
export function wantsReset({ managedFields }: Partial<ObjectMeta>): boolean {
  if (managedFields === undefined) return false
  return managedFields.length === 0 || (managedFields.length === 1 && Object.keys(managedFields[0] ?? {}).length === 0)
}
