import { readFileSync } from 'node:fs'
import { pathText } from '@birdwatch/core'
import { ConfigurationError } from './error.js'

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads a file; default: the file system. */
  readonly readFile?: (path: string) => string
}

/**
 * Options with every `{ env: NAME }` and `{ file: path }` replaced by what is there: a secret stands neither in the
 * configuration nor in an argument. Throws a `ConfigurationError` that names the place, never the value.
 */
export function withSecrets<T>(value: T, path: readonly PropertyKey[], sources: SecretSources): T {
  return resolve(value, path, sources) as T
}

function resolve(value: unknown, path: readonly PropertyKey[], sources: SecretSources): unknown {
  if (Array.isArray(value)) return value.map((item, i) => resolve(item, [...path, i], sources))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
  const [kind, name] = entries.length === 1 ? (entries[0] as [string, unknown]) : []
  if (kind === 'env' && typeof name === 'string') return fromEnvironment(name, path, sources)
  if (kind === 'file' && typeof name === 'string') return fromFile(name, path, sources)
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, [...path, key], sources)]))
}

function fromEnvironment(name: string, path: readonly PropertyKey[], { env }: SecretSources): string {
  const value = env[name]
  if (value) return value
  throw new ConfigurationError(`${pathText(path)} names the environment variable ${name}, which is not set`)
}

function fromFile(file: string, path: readonly PropertyKey[], sources: SecretSources): string {
  const { readFile = (name: string) => readFileSync(name, 'utf8') } = sources
  try {
    return readFile(file).trim()
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    throw new ConfigurationError(`${pathText(path)} names the file ${file}, which can not be read (${code})`)
  }
}
