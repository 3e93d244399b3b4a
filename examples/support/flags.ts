import { hang, json, startPeer, textOf } from './peer.js'

/** A feature flag service that keeps a percentage per flag, and says by an ETag which one it has. */
export async function startFlags({ token, flags }: { token: string; flags: Record<string, number> }) {
  const kept = new Map(Object.entries(flags).map(([flag, percent]) => [flag, { percent, version: 1 }]))
  let mood: 'answers' | 'hangs' | 'refuses' = 'answers'
  const set = (flag: string, percent: number) => {
    const { version } = kept.get(flag) ?? { version: 0 }
    if (kept.get(flag)?.percent !== percent) kept.set(flag, { percent, version: version + 1 })
  }
  const peer = await startPeer(async (request, response) => {
    const flag = decodeURIComponent((request.url ?? '').slice('/flags/'.length))
    const body = await textOf(request)
    const found = kept.get(flag)
    const writes = request.method === 'PUT'
    if (request.headers.authorization !== `Bearer ${token}`) return json(response, 401, { token })
    if (mood === 'hangs') return hang()
    if (mood === 'refuses' && writes) return json(response, 403, { token })
    if (found === undefined) return json(response, 404, { token })
    const { 'if-match': match } = request.headers
    if (writes && match !== undefined && match !== `"${found.version}"`) return json(response, 412, { token })
    if (writes) set(flag, JSON.parse(body).percent)
    const { percent, version } = kept.get(flag) ?? found
    json(response, 200, { percent }, { etag: `"${version}"` })
  })
  return {
    ...peer,
    set,
    percentOf: (flag: string) => kept.get(flag)?.percent,
    behave: (next: typeof mood) => {
      mood = next
    },
  }
}
