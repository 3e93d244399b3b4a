import { code, table } from './markdown.js'

/** The part of JSON Schema that our schemas use. */
export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxLength?: number
  readonly 'x-kubernetes-validations'?: readonly { readonly message: string }[]
}

/** Every field of what people write, those of nested objects and lists under their paths. */
export const fields = (schema: JsonSchema): string =>
  table(['field', 'type', 'meaning'], rows(schema, '', ' **Required.**'))

/** The same of what is only read: that a field is always there matters to nobody who writes. */
export const shownFields = (schema: JsonSchema): string => table(['field', 'type', 'meaning'], rows(schema, '', ''))

function rows({ properties = {}, required = [] }: JsonSchema, prefix: string, mark: string): string[][] {
  return Object.entries(properties).flatMap(([key, field]) => {
    const path = `${prefix}${key}`
    const inner = field.items ?? field
    const nested = inner.properties === undefined ? [] : rows(inner, `${path}${field.items ? '[]' : ''}.`, mark)
    const must = required.includes(key) && field.default === undefined ? mark : ''
    const meaning = `${field.description ?? ''}${must}${defaultOf(field)}`.trim()
    return [
      ...(field.description === undefined && nested.length > 0 ? [] : [[code(path), typeOf(field), meaning]]),
      ...nested,
    ]
  })
}

function defaultOf({ default: value, description = '' }: JsonSchema): string {
  const shown = value === undefined || typeof value === 'object' || description.includes('(default')
  return shown ? '' : ` Default ${code(String(value))}.`
}

function typeOf(field: JsonSchema): string {
  const { type = 'any', items, minItems, maxItems } = field
  if (field.enum) return field.enum.map(value => code(String(value))).join(', ')
  if (type === 'array') return `list of ${items?.type ?? 'any'}${bounds(minItems, maxItems)}`
  if (type === 'string') return `string${bounds(undefined, field.maxLength)}`
  return `${type}${bounds(field.minimum, field.maximum)}`
}

function bounds(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return max === undefined ? '' : `, at most ${max}`
  return max === undefined ? `, at least ${min}` : `, ${min} to ${max}`
}

/** The rules that hold between fields. */
export const rulesOf = (schema: JsonSchema): string =>
  (schema['x-kubernetes-validations'] ?? []).map(({ message }) => `- ${message}`).join('\n')
