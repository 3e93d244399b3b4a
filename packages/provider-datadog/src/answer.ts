import { BirdWatchError, type ErrorCode } from '@birdwatch/core'
import { type Keys, quote } from './keys.js'
import type { HttpAnswer } from './transport.js'

/** The part of Datadog's answers by which they tell success from failure. */
interface Body {
  readonly status?: unknown
  readonly error?: unknown
  readonly errors?: unknown
}

/** Undefined when it is not Datadog's, e.g. a proxy's page, or cut off. */
function bodyOf(text: string): Body | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Datadog's own words, which come as `error`, or as a list of texts or of objects. */
function wordsOf({ error, errors }: Body): string {
  const all: unknown[] = Array.isArray(errors) && errors.length > 0 ? errors : [error ?? '']
  return all.map(one => (typeof one === 'string' ? one : JSON.stringify(one))).join('; ')
}

function codeOfFailure(status: number, words: string): ErrorCode {
  if (status === 401 || status === 403) return 'METRIC_UNAUTHORIZED'
  if (status === 429) return 'METRIC_THROTTLED'
  if (status === 408 || status === 504) return 'METRIC_TIMEOUT'
  if (status >= 500) return 'METRIC_UNREACHABLE'
  return words === '' || status === 404 ? 'METRIC_BAD_ANSWER' : 'METRIC_QUERY_REFUSED'
}

const advice: Partial<Record<ErrorCode, string>> = {
  METRIC_UNAUTHORIZED:
    '; check that both keys are of the organization at this `site`, and that the application key has the scope timeseries_query',
  METRIC_BAD_ANSWER: ', which is not how Datadog answers; check `site` or `baseUrl`',
}

/** The wait that Datadog asks for, milliseconds: it says so in seconds. */
function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get('x-ratelimit-reset') ?? headers.get('retry-after') ?? ''
  return /^\d+(\.\d+)?$/.test(seconds.trim()) ? Math.ceil(1000 * Number(seconds)) : undefined
}

function throttled(place: string, headers: Headers, keys: Keys): BirdWatchError {
  const [limit, period, name] = ['limit', 'period', 'name'].map(part => headers.get(`x-ratelimit-${part}`))
  const rate = limit && period ? ` to ${limit} in ${period} s${name ? ` (${name})` : ''}` : ''
  const wait = retryAfterMs(headers)
  const again = wait === undefined ? ' and does not say for how long' : `; try again in ${wait / 1000} s`
  return new BirdWatchError(
    'METRIC_THROTTLED',
    quote(`${place} limits the rate of queries${rate}${again}`, keys),
    wait === undefined ? {} : { retryAfterMs: wait },
  )
}

function redirected(place: string, { status, headers }: HttpAnswer, keys: Keys): BirdWatchError {
  const location = headers.get('location') ?? ''
  // Origin and path only: the rest of such an address is often a ticket to log in with.
  const url = URL.canParse(location) ? new URL(location) : undefined
  const to = url ? ` to ${quote(`${url.origin}${url.pathname}`, keys, 200)}` : ''
  const message = `${place} redirects (HTTP ${status})${to}; redirects are not followed, check \`site\` or \`baseUrl\``
  return new BirdWatchError('METRIC_BAD_ANSWER', message)
}

function failed(place: string, answer: HttpAnswer, keys: Keys): BirdWatchError {
  const { status, headers, text } = answer
  const words = wordsOf(bodyOf(text) ?? {})
  const code = codeOfFailure(status, words)
  if (code === 'METRIC_THROTTLED') return throttled(place, headers, keys)
  const said = words === '' ? '' : `: ${quote(words, keys)}`
  return new BirdWatchError(code, `${place} answered HTTP ${status}${said}${advice[code] ?? ''}`)
}

/**
 * Resolves to the text of an answer that is a success of Datadog's; anything else throws what it stands for. Not left to
 * the client, which takes half an answer for one without series.
 */
export function accept(place: string, answer: HttpAnswer, keys: Keys): string {
  const { status, headers, text } = answer
  if (status >= 300 && status < 400) throw redirected(place, answer, keys)
  if (status >= 300) throw failed(place, answer, keys)
  const body = bodyOf(text)
  if (body === undefined) {
    const type = headers.get('content-type') ?? 'no content type'
    const message = `${place} answered with something else than Datadog's JSON (${quote(type, keys, 100)}): «${quote(text, keys, 80)}»`
    throw new BirdWatchError('METRIC_BAD_ANSWER', `${message}; is there a proxy or a login page in between?`)
  }
  const state = body.status ?? 'ok'
  if (state === 'ok') return text
  const words = quote(wordsOf(body), keys)
  if (state === 'error') throw new BirdWatchError('METRIC_QUERY_REFUSED', `${place} refused the query: ${words}`)
  const message = `the answer of ${place} is incomplete, it has the status ${quote(String(state), keys, 100)}: ${words}`
  throw new BirdWatchError('METRIC_BAD_ANSWER', message)
}
