import { BirdWatchError, type ErrorCode } from '@birdwatch/core'
import { quote } from './auth.js'
import type { HttpAnswer } from './transport.js'

/** The data of an answer; what is in it, `sampleOf` finds out. */
export interface QueryData {
  readonly resultType?: unknown
  readonly result?: unknown
}

/** The part of Prometheus's answer that is looked at. */
interface Envelope {
  readonly status: 'success' | 'error'
  readonly data?: QueryData | null
  readonly errorType?: string
  readonly error?: string
  readonly warnings?: readonly unknown[]
  /** VictoriaMetrics's way to say that some of its storage did not answer. */
  readonly isPartial?: boolean
}

/** Undefined when it is none, e.g. a proxy's page. What stands in it in place of texts and lists is not trusted either. */
function envelopeOf(text: string): Envelope | undefined {
  try {
    const parsed = JSON.parse(text) as Envelope | null
    if (parsed?.status !== 'success' && parsed?.status !== 'error') return undefined
    const { errorType, error, warnings, ...rest } = parsed
    return {
      ...rest,
      ...(errorType === undefined ? {} : { errorType: wordsOf(errorType) }),
      ...(error === undefined ? {} : { error: wordsOf(error) }),
      ...(Array.isArray(warnings) ? { warnings } : {}),
    }
  } catch {
    return undefined
  }
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** How long the server asks us to wait, milliseconds: it says so in seconds, or by a date. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\d+$/.test(header.trim()) ? 1000 * Number(header) : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

const refusedTypes = ['bad_data', 'execution']

function codeOfFailure(status: number, errorType: string | undefined): ErrorCode {
  if (status === 401 || status === 403) return 'METRIC_UNAUTHORIZED'
  if (status === 429) return 'METRIC_THROTTLED'
  if (status === 408 || status === 504 || errorType === 'timeout') return 'METRIC_TIMEOUT'
  if (status >= 500) return 'METRIC_UNREACHABLE'
  if (errorType === undefined) return 'METRIC_BAD_ANSWER'
  return refusedTypes.includes(errorType) || status >= 400 ? 'METRIC_QUERY_REFUSED' : 'METRIC_UNREACHABLE'
}

const advice: Partial<Record<ErrorCode, string>> = {
  METRIC_UNAUTHORIZED: '; check the credentials of the provider',
  METRIC_BAD_ANSWER: ', which is not how Prometheus answers; check `url`, with its path prefix',
}

/** The error that a failed request stands for; Prometheus's own words are kept. */
function failure(place: string, answer: HttpAnswer, envelope: Envelope | undefined): BirdWatchError {
  const { status, header, sent } = answer
  const { errorType, error } = envelope ?? {}
  const code = codeOfFailure(status, errorType)
  const words = error === undefined ? '' : `: ${errorType}: ${quote(error, sent)}`
  const wait = code === 'METRIC_THROTTLED' ? retryAfterMs(header('retry-after'), Date.now()) : undefined
  const message = `${place} answered HTTP ${status}${words}${advice[code] ?? ''}`
  return new BirdWatchError(code, message, wait === undefined ? {} : { retryAfterMs: wait })
}

function redirected(place: string, { status, header, sent }: HttpAnswer): BirdWatchError {
  const location = header('location') ?? ''
  // Origin and path only: the rest of such an address is often a ticket to log in with.
  const url = URL.canParse(location) ? new URL(location) : undefined
  const where = url ? `${url.origin}${url.pathname}` : (location.split('?', 1)[0] ?? '')
  const to = where === '' ? '' : ` to ${quote(where, sent, 200)}`
  return new BirdWatchError(
    'METRIC_BAD_ANSWER',
    `${place} redirects (HTTP ${status})${to}; redirects are not followed, give the final \`url\``,
  )
}

/** Annotations that are about the query itself start so; any other warning is about data that is missing. */
const aboutTheQuery = /^PromQL (info|warning)/

function missingPart({ warnings = [], isPartial }: Envelope): string | undefined {
  const warning = warnings.find(text => !aboutTheQuery.test(String(text)))
  if (warning !== undefined) return String(warning)
  return isPartial === true ? 'it is marked as partial' : undefined
}

/** Makes the data of a successful answer out of what came over HTTP, or throws what went wrong. */
export function open(place: string, answer: HttpAnswer, acceptPartial: boolean): QueryData {
  const { status, header, text, sent } = answer
  if (status >= 300 && status < 400) throw redirected(place, answer)
  const envelope = envelopeOf(text)
  if (status >= 300 || envelope?.status === 'error') throw failure(place, answer, envelope)
  if (envelope?.data === undefined || envelope.data === null) {
    const type = header('content-type') ?? 'no content type'
    const message = `${place} answered with something else than Prometheus's JSON (${quote(type, sent, 100)}): «${quote(text, sent, 80)}»`
    throw new BirdWatchError('METRIC_BAD_ANSWER', `${message}; is there a proxy or a login page at this \`url\`?`)
  }
  const missing = acceptPartial ? undefined : missingPart(envelope)
  if (missing !== undefined) {
    throw new BirdWatchError('METRIC_BAD_ANSWER', `the answer of ${place} is incomplete: ${quote(missing, sent)}`)
  }
  return envelope.data
}
