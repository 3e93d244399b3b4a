import http from 'node:http'

export interface Reply {
  readonly status: number
  readonly version: string | undefined
  readonly body: string
}

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly agent?: http.Agent
}

/** Sends one request through the mesh. */
export function send(
  url: string,
  host: string,
  path = '/',
  { method = 'GET', headers, body, agent }: Sent = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(path, url), { method, headers: { host, ...headers }, ...(agent && { agent }) })
    request.once('error', reject)
    request.once('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          version: response.headers['x-version'] as string | undefined,
          body: text,
        }),
      )
    })
    request.end(body)
  })
}

/** Sends so many requests, a few at a time, and counts the answers by version, or by status where there is none. */
export async function sendMany(
  url: string,
  host: string,
  count: number,
  concurrency = 16,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency })
  let left = count
  const lane = async () => {
    while (left-- > 0) {
      const { version, status } = await send(url, host, '/', { agent })
      const key = version ?? String(status)
      counts[key] = (counts[key] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  agent.destroy()
  return counts
}

/** A generator of chances that is the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
