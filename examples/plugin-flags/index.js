// @ts-check
/**
 * Moves the share of users for whom a feature flag is on. The flag service answers `GET /flags/{flag}` with
 * `{ "percent": 20 }` and an `ETag`, and takes the same by `PUT`, guarded by `If-Match`.
 */
import { BirdWatchError, definePlugin } from '@birdwatch/core'
import { z } from 'zod'

export default definePlugin({
  kind: 'traffic-router',
  name: 'flags',
  apiVersion: 1,
  options: z.strictObject({ url: z.url(), token: z.string() }),
  create({ url, token }, { http }) {
    /** @param {any} target @param {RequestInit & { signal: AbortSignal }} request */
    async function ask({ flag }, { headers, ...request }) {
      const own = { authorization: `Bearer ${token}`, 'user-agent': http.userAgent }
      const place = new URL(`/flags/${encodeURIComponent(flag)}`, url)
      const answer = await fetch(place, { ...request, headers: { ...own, ...headers } }).catch(({ cause, message }) => {
        throw new BirdWatchError('TRAFFIC_UNREACHABLE', `${place.host} can not be reached: ${cause?.code ?? message}`)
      })
      if (answer.ok || answer.status === 404) return answer
      await answer.body?.cancel()
      throw new BirdWatchError(codeFor(answer.status), `${place.host} answered for ${flag} with HTTP ${answer.status}`)
    }
    /** @param {any} target @param {number} percent @param {{ token?: string, signal: AbortSignal }} change */
    async function set(target, percent, { token: match, signal }) {
      /** @type {Record<string, string>} */
      const headers = match === undefined ? {} : { 'if-match': match }
      const { status } = await ask(target, { method: 'PUT', body: JSON.stringify({ percent }), headers, signal })
      if (status === 404) throw new BirdWatchError('TRAFFIC_MISSING', `there is no flag ${target.flag}`)
    }
    return {
      contract: 1,
      async observe(target, { signal }) {
        const answer = await ask(target, { signal })
        const { percent } = /** @type {any} */ (await answer.json())
        if (answer.ok) return { state: 'ready', weight: percent, token: answer.headers.get('etag') ?? '' }
        return { state: 'missing', reason: 'There is no such flag; create it, at 0 percent.' }
      },
      // A flag points at no version: all there is to prepare is that nobody has it yet.
      prepare: (target, { signal }) => set(target, 0, { signal }),
      shift: set,
      rollback: (target, { signal }) => set(target, 0, { signal }),
      promote: (target, { signal }) => set(target, 100, { signal }),
    }
  },
})

const codeFor = (/** @type {number} */ status) => {
  if (status === 412) return 'TRAFFIC_STALE'
  return status >= 500 ? 'TRAFFIC_UNREACHABLE' : 'TRAFFIC_REFUSED'
}
