import { pathText } from '@birdwatch/core'
import { z } from 'zod'
import { ConfigurationError } from './error.js'
import { type Configuration, configurationSchema } from './schema.js'
import { nearest } from './suggest.js'

/** Checks what was read from a configuration file and fills in its defaults. Throws a `ConfigurationError`. */
export function checkConfiguration(found: unknown): Configuration {
  const { data, error } = configurationSchema.safeParse(found ?? {})
  if (error !== undefined) throw new ConfigurationError(said(error.issues[0] as z.core.$ZodIssue, found))
  demandUniqueNames('providers', data.providers)
  demandUniqueNames('notifiers', data.notifiers)
  return data
}

function said(issue: z.core.$ZodIssue, found: unknown): string {
  const at = pathText(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const known = keysAt(issue.path)
    const meant = nearest(key, known)
    const hint = meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${meant}?`
    return `${pathText([...issue.path, key])} is not a known key; ${hint}`
  }
  const value = issue.path.reduce<unknown>((v, key) => (v as Record<PropertyKey, unknown> | undefined)?.[key], found)
  const secret = issue.path.some(key => mayHoldSecrets.has(key))
  return `${at === '' ? 'the configuration' : at} is ${shown(value, secret)}; ${expectation(issue)}`
}

/** What people put tokens into, also where none belongs. */
const mayHoldSecrets: ReadonlySet<PropertyKey> = new Set(['options', 'headers', 'endpoint'])

/** What was found; of lists and maps only that they are, because there may be secrets in them. */
function shown(value: unknown, secret: boolean): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (secret && typeof value === 'string') return 'a text'
  return typeof value === 'object' && value !== null ? 'a map' : JSON.stringify(value)
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${names[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'string' ? 'it must not be empty' : `it must be at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string' ? `it must be ${issue.message}` : `it must be at most ${issue.maximum}`
    case 'invalid_value':
      return `it must be one of ${issue.values.join(', ')}`
    default:
      return `it must be ${issue.message}`
  }
}

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys to values',
  record: 'a map of keys to values',
}

/** The keys that the schema knows at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const schema = path.reduce<JsonSchema>(
    (at, key) => (typeof key === 'number' ? at.items : at.properties?.[String(key)]) ?? {},
    z.toJSONSchema(configurationSchema, { io: 'input' }) as JsonSchema,
  )
  return Object.keys(schema.properties ?? {})
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
}

function demandUniqueNames(list: string, instances: readonly { name: string }[]): void {
  instances.forEach(({ name }, i) => {
    const first = instances.findIndex(other => other.name === name)
    if (first !== i)
      throw new ConfigurationError(`${list}[${i}].name is "${name}", as is ${list}[${first}].name; names must differ`)
  })
}
