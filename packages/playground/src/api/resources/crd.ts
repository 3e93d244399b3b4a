import { isObject, type JsonObject } from '../../json.js'
import { compileRules } from '../schema/rules.js'
import type { Schema } from '../schema/schema.js'
import { checkSupported } from '../schema/supported.js'
import { type PrinterColumn, printerColumns } from './columns.js'
import { metadataSchema } from './metadata.js'
import { type Resource, resource } from './resource.js'

interface Crd {
  readonly spec: {
    readonly group: string
    readonly scope: 'Namespaced' | 'Cluster'
    readonly names: {
      readonly kind: string
      readonly plural: string
      readonly singular?: string
      readonly shortNames?: readonly string[]
      readonly categories?: readonly string[]
    }
    readonly versions: readonly Version[]
    readonly conversion?: { readonly strategy?: string }
  }
}

interface Version {
  readonly name: string
  readonly served: boolean
  readonly subresources?: JsonObject
  readonly schema?: { readonly openAPIV3Schema?: Schema }
  readonly additionalPrinterColumns?: readonly PrinterColumn[]
}

/**
 * The resource that a CustomResourceDefinition defines. Throws for what is not one, and for one that asks for anything
 * that the embedded API would not do: several versions, a conversion, keywords and rules that it can not check.
 */
export function resourceOfCrd(definition: unknown): Resource {
  if (!isCrd(definition))
    throw new Error('Expected a CustomResourceDefinition (apiextensions.k8s.io/v1) with a schema.')
  const { group, names, scope, versions, conversion } = definition.spec
  const [version, ...others] = versions.filter(({ served }) => served)
  const schema = version?.schema?.openAPIV3Schema
  if (!version || !schema)
    throw new Error(`The definition of ${names.plural}.${group} serves no version with a schema.`)
  if (others.length > 0 || (conversion?.strategy ?? 'None') !== 'None')
    throw new Error(`The embedded API serves one version of a custom resource; ${names.plural}.${group} has more.`)
  const unknown = Object.keys(version.subresources ?? {}).find(name => name !== 'status')
  if (unknown !== undefined)
    throw new Error(`The embedded API does not serve the subresource ${unknown} of a custom resource.`)
  checkSupported(schema, names.kind)
  return resource({
    group,
    versions: [version.name],
    ...names,
    singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: scope === 'Namespaced',
    custom: true,
    counted: true,
    subresources: version.subresources?.status ? ['status'] : [],
    schema: { ...schema, properties: { ...schema.properties, ...own } },
    rules: compileRules(schema),
    columns: printerColumns(version.additionalPrinterColumns),
  })
}

const own: Readonly<Record<string, Schema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: metadataSchema,
}

function isCrd(value: unknown): value is Crd {
  if (!isObject(value) || value.apiVersion !== 'apiextensions.k8s.io/v1') return false
  return value.kind === 'CustomResourceDefinition' && isObject(value.spec) && Array.isArray(value.spec.versions)
}
