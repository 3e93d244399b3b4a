import { evaluate } from '@marcbachmann/cel-js'
import { Ajv } from 'ajv'
import { crd } from '../../src/resource/crd.js'

interface Schema {
  properties?: Record<string, Schema>
  items?: Schema
  'x-kubernetes-validations'?: { rule: string; message: string }[]
  'x-kubernetes-list-map-keys'?: string[]
}

const { versions } = crd().spec as { versions: [{ schema: { openAPIV3Schema: Schema } }] }
const resourceSchema = versions[0].schema.openAPIV3Schema
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
const validate = ajv.compile(resourceSchema)

/** What an API server with our CRD would say against a resource: OpenAPI, CEL and the keys of lists. */
export function refusalsOf(resource: object): string[] {
  const open = validate(resource) ? [] : (validate.errors ?? []).map(e => `${e.instancePath} ${e.message}`)
  return open.length > 0 ? open : rulesBroken(resourceSchema, resource)
}

function rulesBroken(schema: Schema, value: unknown): string[] {
  if (value === undefined) return []
  const own = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => evaluate(rule, { self: value }) !== true)
    .map(({ message }) => message)
  const keys = schema['x-kubernetes-list-map-keys']
  const items = Array.isArray(value) ? value : []
  const identities = items.map(item => JSON.stringify(keys?.map(key => item[key])))
  const doubled = keys !== undefined && new Set(identities).size < identities.length ? ['Duplicate value'] : []
  const fields = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    rulesBroken(child, (value as Record<string, unknown>)[key]),
  )
  return [...own, ...doubled, ...fields, ...items.flatMap(item => rulesBroken(schema.items ?? {}, item))]
}
