import { BirdWatchError } from '@birdwatch/core'
import type { Settings } from './options.js'

/** What came back over HTTP, whatever the status. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What to look at first, by the code of a failure on the network; the code itself is always told. */
const hints: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known, check `site`',
  EAI_AGAIN: 'the host name can not be looked up now',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted; give its authority in NODE_EXTRA_CA_CERTS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted; give its authority in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted; give its authority in NODE_EXTRA_CA_CERTS',
}

/** The error of `fetch` is dropped: parts of the request may hang on it. */
function unreachable(place: string, error: unknown): BirdWatchError {
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown }
  const name = typeof code === 'string' ? code : 'an unknown error'
  const hint = hints[name]
  return new BirdWatchError('METRIC_UNREACHABLE', `${place} could not be reached: ${name}${hint ? `, ${hint}` : ''}`)
}

async function read(body: AsyncIterable<Uint8Array>, { place, maxResponseBytes }: Settings): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > maxResponseBytes) break
      chunks.push(chunk)
    }
  } catch {
    const message = `${place} broke off in the middle of its answer, after ${bytes} bytes`
    throw new BirdWatchError('METRIC_BAD_ANSWER', message)
  }
  if (bytes <= maxResponseBytes) return Buffer.concat(chunks).toString('utf8')
  const message = `${place} answered with more than ${maxResponseBytes} bytes; ask for one series, or raise \`maxResponseBytes\``
  throw new BirdWatchError('METRIC_ANSWER_TOO_LARGE', message)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Gets a URL over connections that are kept. */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  settings: Settings,
): Promise<HttpAnswer> {
  // A redirect would carry the keys to somewhere else.
  const request = fetch(url, { headers, signal, redirect: 'manual' })
  const response = await request.catch((error: unknown) => {
    throw unreachable(settings.place, error)
  })
  return { status: response.status, headers: response.headers, text: await read(response.body ?? nothing(), settings) }
}
