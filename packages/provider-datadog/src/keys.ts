import { readFile } from 'node:fs/promises'
import { BirdWatchError } from '@birdwatch/core'
import { isKey, type KeySource, type Settings } from './options.js'

/** What one request authenticates with. */
export interface Keys {
  readonly apiKey: string
  readonly appKey: string
}

async function fromFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(({ code = 'an error' }: NodeJS.ErrnoException) => {
    throw new BirdWatchError('METRIC_UNAUTHORIZED', `the key in ${path} can not be read (${code}); mount the file`)
  })
  const key = text.trim()
  if (isKey(key)) return key
  throw new BirdWatchError('METRIC_UNAUTHORIZED', `${path} does not hold a key; it must be the only text in the file`)
}

const keyFrom = (source: KeySource) => ('file' in source ? fromFile(source.file) : source.value)

/** The keys of a request; files are read anew, because what they hold is renewed. */
export async function readKeys({ apiKey, appKey }: Pick<Settings, 'apiKey' | 'appKey'>): Promise<Keys> {
  return { apiKey: await keyFrom(apiKey), appKey: await keyFrom(appKey) }
}

/** A text from outside in one line, short enough for a message, with the keys that it echoes taken out. */
export function quote(text: string, { apiKey, appKey }: Keys, longest = 500): string {
  const line = text.replaceAll(apiKey, '***').replaceAll(appKey, '***').replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
