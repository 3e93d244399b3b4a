import { BirdWatchError, type ErrorCode } from '@birdwatch/core'
import type { ObjectRef } from './objects.js'
import { nameOf } from './target.js'

/** The HTTP status of what `Objects` rejected with, or undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { status, code } = (error ?? {}) as { status?: unknown; code?: unknown }
  return [status, code].find(value => typeof value === 'number')
}

/** The router's error for what `Objects` rejected with: its message alone, because the rest may carry credentials. */
export function failure(verb: 'get' | 'patch', ref: ObjectRef, error: unknown): BirdWatchError {
  const status = statusOf(error)
  const message = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
  const code = codeFor(status, message)
  const answer = status === undefined ? 'got no answer' : `was answered with ${status}`
  const advice = status === 403 ? ` Grant the verb \`${verb}\`, and look whether a policy refuses it.` : ''
  return new BirdWatchError(code, `${verb} ${nameOf(ref)} ${answer}: ${message}.${advice}`)
}

function codeFor(status: number | undefined, message: string): ErrorCode {
  // A success or a redirect whose content is none of the API server's: nothing was refused.
  if (status === undefined || status < 400) return 'TRAFFIC_UNREACHABLE'
  if (status === 404) return 'TRAFFIC_MISSING'
  if (status === 409) return 'TRAFFIC_STALE'
  // A webhook that cannot be reached is a refusal too: the API server writes nothing before it was asked.
  if (status === 500 && /webhook/i.test(message)) return 'TRAFFIC_REFUSED'
  // The server had no time: 408 and 5xx leave open whether it wrote, and 429 asks to come again.
  if (status === 408 || status === 429 || status >= 500) return 'TRAFFIC_UNREACHABLE'
  return 'TRAFFIC_REFUSED'
}
