import type { Json } from '@birdwatch/core'

/** Words that YAML would read as something else than text. */
const special = /^(?:null|true|false|yes|no|on|off|y|n|~|[-+.]?(?:\d|inf|nan).*)$/i
/** Text that needs no quotes anywhere. */
const plain = /^[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*$/

const scalar = (value: string | number | boolean | null): string =>
  typeof value === 'string' && plain.test(value) && !special.test(value) ? value : JSON.stringify(value)

const isScalar = (value: Json): value is string | number | boolean | null => value === null || typeof value !== 'object'
const isEmpty = (value: object): boolean => Object.values(value).every(part => part === undefined)

/** A JSON value as YAML that people would write; strings that could be mistaken are in JSON's quotes, which YAML has too. */
export function toYaml(value: Json, indent = ''): string {
  if (isScalar(value)) return `${scalar(value)}\n`
  if (isEmpty(value)) return Array.isArray(value) ? '[]\n' : '{}\n'
  if (Array.isArray(value)) return value.map((item: Json) => `${indent}- ${nested(item, indent)}`).join('')
  return Object.entries(value as Record<string, Json | undefined>)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .map(([key, item]) => `${indent}${scalar(key)}:${field(item, indent)}`)
    .join('')
}

/** What follows `- `: the first line of it stands on the same line. */
const nested = (item: Json, indent: string): string => toYaml(item, `${indent}  `).trimStart()

/** What follows `key:`. */
const field = (item: Json, indent: string): string =>
  isScalar(item) || isEmpty(item) ? ` ${toYaml(item)}` : `\n${toYaml(item, `${indent}  `)}`
