import { mediaTypeOf, unknownFormat } from '../body.js'
import type { ApiRequest } from '../request.js'
import type { Resource } from '../resources/resource.js'
import { applyJsonPatch } from './json-patch.js'
import { applyMergePatch } from './merge-patch.js'
import { applyStrategicPatch } from './strategic.js'

const applyType = 'application/apply-patch+yaml'

/** What a patch makes of an object. */
export type Change = (present: object) => unknown

type Kind = (resource: Resource, patch: unknown) => Change

const kinds: Readonly<Record<string, Kind>> = {
  'application/json-patch+json': (_, patch) => present => applyJsonPatch(present, patch),
  'application/merge-patch+json': (_, patch) => present => applyMergePatch(present, patch),
  'application/strategic-merge-patch+json':
    ({ schema }, patch) =>
    present =>
      applyStrategicPatch(schema, present, patch),
}

/** Whether a PATCH is a server-side apply. */
export const isApply = (request: ApiRequest): boolean => mediaTypeOf(request) === applyType

/** The kind of patch that a request brings. Custom resources know no strategic merge. */
export function patchKind(request: ApiRequest, { custom }: Resource): Kind {
  const types = Object.keys(kinds).filter(type => !custom || !type.includes('strategic'))
  const type = types.find(candidate => candidate === mediaTypeOf(request))
  const kind = type === undefined ? undefined : kinds[type]
  if (!kind) throw unknownFormat([...types, applyType])
  return kind
}
