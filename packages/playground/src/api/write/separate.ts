import { isDeepStrictEqual } from 'node:util'
import type { Draft, KubeObject } from '../object.js'
import type { Target } from '../target.js'
import { changedMetadata } from './metadata.js'

/** An object before its resourceVersion and the record of its owners are brought up to date. */
export type Candidate = Draft & Pick<KubeObject, 'metadata'>

/** Through `/status` only the status changes; otherwise, where there is such a subresource, everything but the status. */
export function separate({ resource, subresource }: Target, live: KubeObject, draft: Draft): Candidate {
  if (subresource === 'status')
    return withStatus({ ...live, metadata: changedMetadata(live.metadata, live.metadata) }, draft)
  const candidate = { ...draft, apiVersion: live.apiVersion, metadata: changedMetadata(live.metadata, draft.metadata) }
  return resource.subresources.includes('status') ? withStatus(candidate, live) : candidate
}

function withStatus(object: Candidate, { status }: Draft): Candidate {
  const { status: _, ...rest } = object
  return status === undefined ? (rest as Candidate) : ({ ...rest, status } as Candidate)
}

/** A new object; a status is not accepted at birth where it has its own subresource. */
export function withoutStatus({ resource }: Target, draft: Draft): Draft {
  const { status: _, ...rest } = draft
  return resource.subresources.includes('status') ? (rest as Draft) : draft
}

/** What is wanted has changed: anything but metadata and, where it is set apart, the status. */
export function changesIntent(target: Target, live: KubeObject, candidate: Draft): boolean {
  const intent = (object: Draft) => ({ ...withoutStatus(target, object), apiVersion: '', metadata: {} })
  return !isDeepStrictEqual(intent(live), intent(candidate))
}
