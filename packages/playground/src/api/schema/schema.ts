/** The part of Kubernetes's structural schemas that is understood here; `checkSupported` refuses the rest. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly description?: string
  readonly title?: string
  readonly example?: unknown
  readonly format?: string
  readonly nullable?: boolean
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: 'granular' | 'atomic'
  readonly 'x-kubernetes-validations'?: readonly Rule[]
  /** For strategic merge patches of built-in kinds, where it differs from the first list map key. */
  readonly 'x-kubernetes-patch-merge-key'?: string
}

/** A rule in CEL. */
export interface Rule {
  readonly rule: string
  readonly message?: string
  readonly messageExpression?: string
  readonly fieldPath?: string
  readonly reason?: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueDuplicate'
}

/** Anything goes, and is kept; its lists have no keys. */
export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** The schema of a field of an object; undefined for a field that the schema does not know. */
export function schemaOf(schema: Schema | undefined, field: string): Schema | undefined {
  const known = schema?.properties?.[field]
  if (known !== undefined) return known
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** Whether fields that the schema does not know are kept. */
export const keepsUnknown = (schema: Schema): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true
