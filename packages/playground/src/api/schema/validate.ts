import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../../json.js'
import type { Cause } from '../errors.js'
import { elementKey } from './list-keys.js'
import { type Schema, schemaOf } from './schema.js'

/** Everything that is wrong with a value by its schema; rules in CEL are not looked at. */
export function validate(schema: Schema, value: unknown, path = ''): Cause[] {
  if (value === null && schema.nullable) return []
  const mistyped = typeProblem(schema, value, path)
  if (mistyped) return [mistyped]
  const problems = [...enumProblems(schema, value, path)]
  if (typeof value === 'number') problems.push(...numberProblems(schema, value, path))
  if (typeof value === 'string') problems.push(...stringProblems(schema, value, path))
  if (Array.isArray(value)) problems.push(...listProblems(schema, value, path))
  if (isObject(value)) problems.push(...objectProblems(schema, value, path))
  return problems
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}

function typeProblem(schema: Schema, value: unknown, path: string): Cause | undefined {
  const actual = typeOf(value)
  if (schema['x-kubernetes-int-or-string']) {
    return ['integer', 'string'].includes(actual) ? undefined : mistyped(path, 'integer,string', actual)
  }
  if (schema.type === undefined || schema.type === actual) return undefined
  if (schema.type === 'number' && actual === 'integer') return undefined
  return mistyped(path, schema.type, actual)
}

const typeInvalid = 'FieldValueTypeInvalid'

const mistyped = (field: string, expected: string, actual: string): Cause => ({
  reason: typeInvalid,
  message: `Invalid value: "${actual}": ${field} in body must be of type ${expected}: "${actual}"`,
  field,
})

/** A value that breaks a bound; `must` completes the sentence «… in body». */
const wrong = (field: string, value: unknown, must: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${field} in body ${must}`,
  field,
})

function enumProblems(schema: Schema, value: unknown, field: string): Cause[] {
  if (!schema.enum || schema.enum.some(allowed => isDeepStrictEqual(allowed, value))) return []
  const allowed = schema.enum.map(member => JSON.stringify(member)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`
  return [{ reason: 'FieldValueNotSupported', message, field }]
}

function numberProblems(schema: Schema, value: number, path: string): Cause[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = false, exclusiveMaximum = false } = schema
  const problems: Cause[] = []
  if (value < minimum || (exclusiveMinimum && value === minimum))
    problems.push(wrong(path, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`))
  if (value > maximum || (exclusiveMaximum && value === maximum))
    problems.push(wrong(path, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`))
  return problems
}

function stringProblems(schema: Schema, value: string, path: string): Cause[] {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema
  // A character may be two of JavaScript's, never less than one.
  const length = minLength === 0 && value.length <= maxLength ? value.length : [...value].length
  const problems: Cause[] = []
  if (length < minLength) problems.push(wrong(path, value, `should be at least ${minLength} chars long`))
  if (length > maxLength) {
    const message = `Too long: may not be more than ${maxLength} bytes`
    problems.push({ reason: 'FieldValueTooLong', message, field: path })
  }
  if (pattern !== undefined && !expression(pattern).test(value))
    problems.push(wrong(path, value, `should match '${pattern}'`))
  if (format === 'date-time' && !isDateTime(value))
    problems.push({ ...wrong(path, value, `must be of type date-time: ${JSON.stringify(value)}`), reason: typeInvalid })
  return problems
}

const expressions = new Map<string, RegExp>()

/** The patterns of the schemas are few, and made once. */
function expression(pattern: string): RegExp {
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u')
  expressions.set(pattern, known)
  return known
}

const isDateTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text))

function listProblems(schema: Schema, value: readonly unknown[], path: string): Cause[] {
  const { minItems = 0, maxItems = Infinity, items } = schema
  const problems: Cause[] = []
  if (value.length < minItems) problems.push(wrong(path, value.length, `should have at least ${minItems} items`))
  if (value.length > maxItems) {
    const message = `Too many: ${value.length}: must have at most ${maxItems} items`
    problems.push({ reason: 'FieldValueTooMany', message, field: path })
  }
  if (items) problems.push(...value.flatMap((item, i) => validate(items, item, `${path}[${i}]`)))
  return [...problems, ...duplicates(schema, value, path)]
}

function duplicates(schema: Schema, value: readonly unknown[], path: string): Cause[] {
  const seen = new Set<string>()
  return value.flatMap((item, i) => {
    const key = elementKey(schema, item)
    if (key === undefined) return []
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    return [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${key.slice(2)}`, field: `${path}[${i}]` }]
  })
}

function objectProblems(schema: Schema, value: object, path: string): Cause[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const missing = (schema.required ?? []).filter(name => !(name in value))
  return [
    ...Object.entries(value).flatMap(([name, member]) => {
      const known = schemaOf(schema, name)
      return known ? validate(known, member, at(name)) : []
    }),
    ...missing.map((name): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field: at(name) })),
  ]
}
