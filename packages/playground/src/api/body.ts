import { parse } from 'yaml'
import { type ApiError, apiError, badRequest } from './errors.js'
import type { ApiRequest } from './request.js'

const accepted = ['application/json', 'application/yaml', 'application/apply-patch+yaml']

/** What typed commands such as `kubectl create namespace` send. */
const protobuf =
  'the embedded API reads JSON and YAML, not protobuf: write a manifest and use kubectl apply -f or create -f'

/** The media type of a request, without parameters. */
export const mediaTypeOf = ({ headers }: ApiRequest): string =>
  (headers?.['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? ''

/** Reads the body of a request; undefined for none. Objects from within the process are copied, as all is shared. */
export function decodeBody(request: ApiRequest): unknown {
  const { body } = request
  if (body === undefined || body === '') return undefined
  if (typeof body !== 'string') return structuredClone(body)
  const type = mediaTypeOf(request)
  if (type.includes('protobuf')) throw apiError('UnsupportedMediaType', protobuf)
  const isYaml = type.endsWith('yaml')
  if (!isYaml && !type.endsWith('json')) throw unknownFormat(accepted.slice(0, 2))
  try {
    return isYaml ? parse(body) : JSON.parse(body)
  } catch (error) {
    throw badRequest(`the body is not valid ${isYaml ? 'YAML' : 'JSON'}: ${(error as Error).message}`)
  }
}

export const unknownFormat = (types: readonly string[]): ApiError =>
  apiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
  )
