// @ts-check
/**
 * Metrics from anything that answers JSON over HTTP. A metric is a path and a JSON pointer: `/stats#/errors/rate`.
 * The moment that is asked for is sent along as `at`, in epoch seconds.
 */
import { BirdWatchError, definePlugin } from '@birdwatch/core'
import { z } from 'zod'

export default definePlugin({
  kind: 'metric-provider',
  name: 'json-http',
  apiVersion: 1,
  options: z.strictObject({ url: z.url(), token: z.string().optional() }),
  create: ({ url, token }, { http }) => ({
    contract: 1,
    async query(expression, { at, signal }) {
      const [path = '', pointer = ''] = expression.split('#')
      const place = new URL(path, url)
      place.searchParams.set('at', String(at / 1000))
      const headers = { 'user-agent': http.userAgent, ...(token && { authorization: `Bearer ${token}` }) }
      const answer = await fetch(place, { headers, signal, redirect: 'error' }).catch(({ cause, message }) => {
        throw new BirdWatchError('METRIC_UNREACHABLE', `${place.host} can not be reached: ${cause?.code ?? message}`)
      })
      const text = await textOf(answer, http.maxResponseBytes)
      if (!answer.ok) throw new BirdWatchError(codeFor(answer.status), `${place.host}${path}: HTTP ${answer.status}`)
      return { value: numberIn(text, pointer) }
    },
  }),
})

const codeFor = (/** @type {number} */ status) => {
  if (status === 401 || status === 403) return 'METRIC_UNAUTHORIZED'
  if (status === 429) return 'METRIC_THROTTLED'
  return status >= 500 ? 'METRIC_UNREACHABLE' : 'METRIC_QUERY_REFUSED'
}

async function textOf(/** @type {Response} */ { body }, /** @type {number} */ most) {
  let text = ''
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part
    if (text.length > most) throw new BirdWatchError('METRIC_ANSWER_TOO_LARGE', `more than ${most} bytes`)
  }
  return text
}

function numberIn(/** @type {string} */ text, /** @type {string} */ pointer) {
  const keys = pointer.split('/').slice(1)
  let found
  try {
    found = JSON.parse(text)
  } catch {
    throw new BirdWatchError('METRIC_BAD_ANSWER', `the answer is no JSON; it begins with ${text.slice(0, 40)}`)
  }
  for (const key of keys) found = found?.[key.replaceAll('~1', '/').replaceAll('~0', '~')]
  if (found === undefined || found === null) return null
  if (typeof found === 'number') return found
  if (Array.isArray(found)) throw new BirdWatchError('METRIC_SEVERAL_SERIES', `${pointer} is a list; point into it`)
  throw new BirdWatchError('METRIC_NOT_A_NUMBER', `${pointer} is a ${typeof found}; it must be a number`)
}
