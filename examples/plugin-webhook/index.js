// @ts-check
/**
 * Tells any HTTP endpoint. The body is JSON; `birdwatch-signature` is `sha256=` and the HMAC of `birdwatch-time`, a dot
 * and the body, so that the receiver knows who speaks, and when. A notice sent again has the same `idempotency-key`.
 */
import { createHmac } from 'node:crypto'
import { BirdWatchError, definePlugin, levelOf, render } from '@birdwatch/core'
import { z } from 'zod'

export default definePlugin({
  kind: 'notifier',
  name: 'webhook',
  apiVersion: 1,
  options: z.strictObject({ url: z.url(), secret: z.string().min(16) }),
  create: ({ url, secret }, { clock, http }) => ({
    contract: 1,
    async notify({ id, reason, snapshot }, { signal }) {
      const body = JSON.stringify({ id, level: levelOf(reason), text: render(reason), reason, snapshot })
      const time = String(Math.floor(clock.now() / 1000))
      const headers = {
        'content-type': 'application/json',
        'user-agent': http.userAgent,
        'idempotency-key': id,
        'birdwatch-time': time,
        'birdwatch-signature': `sha256=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`,
      }
      const { host } = new URL(url)
      const answer = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'error' }).catch(
        ({ cause, message }) => {
          throw new BirdWatchError('NOTIFIER_UNREACHABLE', `${host} can not be reached: ${cause?.code ?? message}`)
        },
      )
      await answer.body?.cancel()
      if (!answer.ok) throw refusal(answer, host)
    },
  }),
})

/** @param {Response} answer @param {string} host */
function refusal({ status, headers }, host) {
  const message = `${host} answered with HTTP ${status}`
  if (status === 401 || status === 403) return new BirdWatchError('NOTIFIER_UNAUTHORIZED', message)
  if (status === 429)
    return new BirdWatchError('NOTIFIER_THROTTLED', message, {
      retryAfterMs: 1000 * (Number(headers.get('retry-after')) || 1),
    })
  return new BirdWatchError(status >= 500 ? 'NOTIFIER_UNREACHABLE' : 'NOTIFIER_REFUSED', message)
}
