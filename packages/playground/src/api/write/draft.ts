import { isObject } from '../../json.js'
import { badRequest, invalid } from '../errors.js'
import type { Draft, KubeObject } from '../object.js'
import { metadataSchema } from '../resources/metadata.js'
import { apiVersionOf, type Resource } from '../resources/resource.js'
import { validate } from '../schema/validate.js'
import type { ObjectTarget, Target } from '../target.js'

/** Makes sure that a body is an object of the kind that its path says, and brings it into the form that is stored. */
export function draftOf(body: unknown, { resource, version, namespace, name }: Target): Draft {
  const { kind } = resource
  if (!isObject(body) || typeof body.kind !== 'string')
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): Object 'Kind' is missing`)
  const expected = apiVersionOf(resource, version)
  if (body.apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${body.apiVersion}) does not match the expected API version (${expected})`,
    )
  if (body.kind !== kind) {
    const message = `Invalid value: "${body.kind}": must be ${kind}`
    throw invalid(resource, name ?? '', [{ reason: 'FieldValueInvalid', message, field: 'kind' }])
  }
  const draft = withMetadata(body, resource)
  if (draft.metadata.namespace && draft.metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  return resource.convert?.toStored(draft) ?? draft
}

function withMetadata(body: object, { kind }: Resource): Draft {
  const { metadata, ...rest } = body as Record<string, unknown>
  const draft = { ...rest, metadata: withoutNulls(metadata ?? {}) } as unknown as Draft
  const [problem] = validate(metadataSchema, draft.metadata, 'metadata')
  if (problem) throw badRequest(`this can not be handled as a ${kind}: ${problem.field}: ${problem.message}`)
  return draft
}

const withoutNulls = (metadata: unknown): unknown =>
  isObject(metadata) ? Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)) : metadata

/** The name in the body, where there is one, must be that of the path. */
export function requireSameName({ metadata }: Draft, { name }: ObjectTarget): void {
  if (metadata.name === undefined) throw badRequest('name must be provided')
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
}

/** The object as this version of the resource shows it. */
export function shown({ resource, version }: Pick<Target, 'resource' | 'version'>, stored: KubeObject): KubeObject {
  const object = resource.convert?.fromStored(stored) ?? stored
  const apiVersion = apiVersionOf(resource, version)
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
}
