import type { Schema } from './schema.js'

const keywords: ReadonlySet<string> = new Set<keyof Schema>([
  'type',
  'description',
  'title',
  'example',
  'format',
  'nullable',
  'default',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
])

/** `date-time` is checked; the others restrict nothing that a JSON number or string of a CRD would not be anyway. */
const formats: ReadonlySet<string> = new Set(['date-time', 'int32', 'int64', 'float', 'double'])

const ruleFields: ReadonlySet<string> = new Set(['rule', 'message', 'messageExpression', 'fieldPath', 'reason'])

/** Throws when the schema asks for something that would not be checked here: better refused than silently let through. */
export function checkSupported(schema: Schema, path: string): void {
  const unknown = Object.keys(schema).find(keyword => !keywords.has(keyword))
  if (unknown !== undefined) throw unsupported(path, `the keyword ${unknown}`)
  if (schema.format !== undefined && !formats.has(schema.format)) throw unsupported(path, `the format ${schema.format}`)
  if (schema.pattern !== undefined && !compiles(schema.pattern))
    throw unsupported(path, `the pattern ${schema.pattern}`)
  for (const rule of schema['x-kubernetes-validations'] ?? []) {
    const field = Object.keys(rule).find(name => !ruleFields.has(name))
    if (field !== undefined) throw unsupported(path, `the field ${field} of a validation rule`)
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) checkSupported(property, `${path}.${name}`)
  if (typeof schema.additionalProperties === 'object') checkSupported(schema.additionalProperties, `${path}.*`)
  if (schema.items) checkSupported(schema.items, `${path}[]`)
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}

const unsupported = (path: string, what: string) =>
  new Error(`The embedded API does not know ${what}, which the schema uses at ${path}.`)
