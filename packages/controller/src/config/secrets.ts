import { readFileSync } from 'node:fs'
import { BirdWatchError, pathText, type SecretSource } from '@birdwatch/core'

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads a file; default: the file system. */
  readonly readFile?: (path: string) => string
}

/**
 * Options with every `{ env: NAME }` and `{ file: path }` replaced by what is there: a secret stands neither in the
 * configuration nor in an argument. Throws `PLUGIN_SECRET_MISSING`, whose message begins with the path of the option and
 * never shows a value.
 */
export function withSecrets<T>(options: T, sources: SecretSources): T {
  return resolve(options, [], sources) as T
}

/** The secret that is there now. Throws `PLUGIN_SECRET_MISSING`, which names the place and never the value. */
export function secretFrom(source: SecretSource, sources: SecretSources): string {
  return 'env' in source ? fromEnvironment(source.env, sources) : fromFile(source.file, sources)
}

function resolve(value: unknown, path: readonly PropertyKey[], sources: SecretSources): unknown {
  if (Array.isArray(value)) return value.map((item, i) => resolve(item, [...path, i], sources))
  if (value === null || typeof value !== 'object') return value
  if (isSource(value)) return placed(path, () => secretFrom(value, sources))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, [...path, key], sources)]))
}

function isSource(value: object): value is SecretSource {
  const [entry, ...more] = Object.entries(value)
  return more.length === 0 && (entry?.[0] === 'env' || entry?.[0] === 'file') && typeof entry[1] === 'string'
}

function placed(path: readonly PropertyKey[], read: () => string): string {
  try {
    return read()
  } catch (error) {
    const field = pathText(path)
    const message = `${field} names ${(error as Error).message}`
    throw new BirdWatchError('PLUGIN_SECRET_MISSING', message, { field })
  }
}

function fromEnvironment(name: string, { env }: SecretSources): string {
  const value = env[name]
  if (value) return value
  throw new BirdWatchError('PLUGIN_SECRET_MISSING', `the environment variable ${name}, which is not set`)
}

function fromFile(file: string, { readFile = (name: string) => readFileSync(name, 'utf8') }: SecretSources): string {
  let text: string
  try {
    text = readFile(file).trim()
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    throw new BirdWatchError('PLUGIN_SECRET_MISSING', `the file ${file}, which can not be read (${code})`)
  }
  if (text !== '') return text
  throw new BirdWatchError('PLUGIN_SECRET_MISSING', `the file ${file}, which is empty`)
}
