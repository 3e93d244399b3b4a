import type { Resource } from './resources/resource.js'

/** The machine-readable names of Kubernetes for what went wrong, and the HTTP status of each. */
const statusOf = {
  BadRequest: 400,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  Timeout: 504,
} as const

export type Reason = keyof typeof statusOf

/** One of the things that are wrong with an object. */
export interface Cause {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueTypeInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldManagerConflict'
    | 'ResourceVersionTooLarge'
  readonly message: string
  readonly field?: string
}

interface Details {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly Cause[]
  readonly retryAfterSeconds?: number
}

/** Kubernetes's answer where there is no object to answer with. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: object
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: Reason
  readonly details?: Details
  /** The HTTP status of a failure. */
  readonly code?: number
}

/** A request that is refused, as Kubernetes would say it. */
export class ApiError extends Error {
  readonly status: Status

  constructor(status: Status) {
    super(status.message)
    this.name = 'ApiError'
    this.status = status
  }
}

export function apiError(reason: Reason, message: string, details?: Details): ApiError {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason } as const
  return new ApiError({ ...body, ...(details && { details }), code: statusOf[reason] })
}

/** The answer to a deletion after which the object is gone. */
export function success(resource: Resource, name: string, uid: string): Status {
  const details = { ...about(resource, name), uid }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

const groupOf = ({ group }: Resource) => (group === '' ? {} : { group })

const about = (resource: Resource, name: string) => ({ name, ...groupOf(resource), kind: resource.plural })

/** How a resource is named in messages, e.g. `birdwatches.otomato.link`. */
export const qualified = (name: string, { group }: Resource): string => (group === '' ? name : `${name}.${group}`)

export const badRequest = (message: string): ApiError => apiError('BadRequest', message)

export const notFound = (resource: Resource, name: string): ApiError =>
  apiError('NotFound', `${qualified(resource.plural, resource)} "${name}" not found`, about(resource, name))

export const alreadyExists = (resource: Resource, name: string): ApiError =>
  apiError('AlreadyExists', `${qualified(resource.plural, resource)} "${name}" already exists`, about(resource, name))

export const forbidden = (resource: Resource, name: string, why: string): ApiError =>
  apiError('Forbidden', `${qualified(resource.plural, resource)} "${name}" is forbidden: ${why}`, about(resource, name))

export const conflict = (resource: Resource, name: string, why: string): ApiError =>
  apiError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource.plural, resource)} "${name}": ${why}`,
    about(resource, name),
  )

export const staleVersion = (resource: Resource, name: string): ApiError =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

/** The object breaks rules: each of them is a cause. */
export function invalid(resource: Resource, name: string, causes: readonly Cause[]): ApiError {
  const what = `${qualified(resource.kind, resource)} "${name}" is invalid: ${listed(causes)}`
  return apiError('Invalid', what, { name, ...groupOf(resource), kind: resource.kind, causes })
}

/** The parameters of a request break rules. */
export function invalidOptions(kind: 'ListOptions' | 'CreateOptions' | 'PatchOptions', cause: Cause): ApiError {
  const details = { group: 'meta.k8s.io', kind, causes: [cause] }
  return apiError('Invalid', `${kind}.meta.k8s.io "" is invalid: ${listed([cause])}`, details)
}

/** A patch that does not fit the object; the real server tells no more either. */
export const patchRefused = (): ApiError =>
  apiError('Invalid', 'the server rejected our request due to an error in our request', {})

export const expired = (message: string): ApiError => apiError('Expired', message)

function listed(causes: readonly Cause[]): string {
  const texts = causes.map(({ field = '<nil>', message }) => `${field}: ${message}`)
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`
}
