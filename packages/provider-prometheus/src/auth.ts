import { readFile } from 'node:fs/promises'
import { BirdWatchError } from '@birdwatch/core'
import type { PrometheusOptions } from './options.js'

/** What one request authenticates with. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  /** Everything in the headers that no message may show. */
  readonly secrets: readonly string[]
}

async function fromFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException
    throw new BirdWatchError(
      'METRIC_UNAUTHORIZED',
      `the credentials in ${path} can not be read (${code}); mount the file`,
    )
  }
}

/** Shorter values are no secrets, and hiding them would garble ordinary words. */
const shortestSecret = 6

/** Builds the headers of a request; files are read anew, because what they hold is renewed. */
export async function credentials(options: PrometheusOptions): Promise<Credentials> {
  const { headers = {}, bearerToken, bearerTokenFile, username, password, passwordFile } = options
  const token = bearerTokenFile === undefined ? bearerToken : await fromFile(bearerTokenFile)
  if (token !== undefined)
    return { headers: { ...headers, Authorization: `Bearer ${token}` }, secrets: secretsOf(headers, token) }
  if (username === undefined) return { headers, secrets: secretsOf(headers) }
  const secret = passwordFile === undefined ? (password ?? '') : await fromFile(passwordFile)
  const pair = Buffer.from(`${username}:${secret}`).toString('base64')
  return { headers: { ...headers, Authorization: `Basic ${pair}` }, secrets: secretsOf(headers, secret, pair) }
}

function secretsOf(headers: Readonly<Record<string, string>>, ...secrets: string[]): string[] {
  return [...secrets, ...Object.values(headers)].filter(secret => secret.length >= shortestSecret)
}

/** A text from outside, short enough for a message and with every secret that it echoes taken out. */
export function quote(text: string, { secrets }: Pick<Credentials, 'secrets'>, longest = 500): string {
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  const line = clean.replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
