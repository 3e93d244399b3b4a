import { readFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { BirdWatchError, withDeadline } from '@birdwatch/core'
import axios from 'axios'
import { type Credentials, credentials } from './auth.js'
import type { Settings } from './options.js'

/** What came back over HTTP, whatever the status. */
export interface HttpAnswer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly text: string
  readonly sent: Credentials
}

export type Post = (form: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<HttpAnswer>

/** What to look at first, by the code of a failure on the network; the code itself is always told. */
const hints: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name can not be looked up now',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted; give `ca` or `caFile`',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted; give `ca` or `caFile`',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted; give `ca` or `caFile`',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted; give `ca` or `caFile`',
}

/** The client's own error is dropped: it carries the request, and with it the Authorization header. */
function unreachable(place: string, error: unknown): BirdWatchError {
  const { code } = error as { code?: unknown }
  const name = typeof code === 'string' ? code : 'an unknown error'
  const hint = hints[name]
  return new BirdWatchError('METRIC_UNREACHABLE', `${place} could not be reached: ${name}${hint ? `, ${hint}` : ''}`)
}

async function read(body: Readable, { place, maxResponseBytes }: Settings): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxResponseBytes) break
      chunks.push(chunk)
    }
  } catch {
    throw new BirdWatchError(
      'METRIC_BAD_ANSWER',
      `${place} broke off in the middle of its answer, after ${bytes} bytes`,
    )
  }
  if (bytes <= maxResponseBytes) return Buffer.concat(chunks).toString('utf8')
  const advice = 'ask for one number, or raise `maxResponseBytes`'
  throw new BirdWatchError(
    'METRIC_ANSWER_TOO_LARGE',
    `${place} answered with more than ${maxResponseBytes} bytes; ${advice}`,
  )
}

/** Posts forms to the query endpoint, over connections that are kept. */
export function createTransport(settings: Settings): Post {
  const { options, queryUrl, place, timeoutMs, concurrency } = settings
  const { ca = options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8') } = options
  const pool = { keepAlive: true, maxSockets: concurrency }
  const client = axios.create({
    httpAgent: new HttpAgent(pool),
    httpsAgent: new HttpsAgent({ ...pool, ...(ca && { ca }), rejectUnauthorized: options.insecureSkipVerify !== true }),
    responseType: 'stream',
    // A redirect would carry the query, and by some servers' doing the credentials, to somewhere else.
    maxRedirects: 0,
    validateStatus: () => true,
  })
  const late = () =>
    new BirdWatchError('METRIC_TIMEOUT', `${place} did not answer within ${timeoutMs} ms (\`timeoutMs\`)`)

  return (form, caller) =>
    withDeadline({ ms: timeoutMs, late, signal: caller }, async signal => {
      const sent = await credentials(options)
      const response = await client
        .post<Readable>(queryUrl, new URLSearchParams(form), { headers: { ...sent.headers }, signal })
        .catch((error: unknown) => {
          throw unreachable(place, error)
        })
      const header = (name: string) => response.headers[name]?.toString()
      const text = await read(response.data, settings)
      return { status: response.status, header, text, sent }
    })
}
