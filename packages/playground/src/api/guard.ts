import type { IncomingHttpHeaders } from 'node:http'
import { type ApiError, apiError } from './errors.js'

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?$/i

/**
 * Why a request is not even looked at. The API has no passwords, so that a web page on somebody's screen must not reach
 * it: neither from another origin, nor by a name of its own that points to this machine.
 */
export function refusal({ host = '', origin, 'sec-fetch-site': site }: IncomingHttpHeaders): ApiError | undefined {
  if (!loopback.test(host))
    return apiError('Forbidden', `expected a loopback address as Host, found ${JSON.stringify(host)}`)
  if (origin !== undefined || (site !== undefined && site !== 'none'))
    return apiError('Forbidden', 'the embedded API does not answer web pages; use kubectl or another program')
  return undefined
}
