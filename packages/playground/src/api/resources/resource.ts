import type { Cause } from '../errors.js'
import type { Draft, KubeObject } from '../object.js'
import type { RuleTree } from '../schema/rules.js'
import type { Schema } from '../schema/schema.js'
import type { Column } from './columns.js'

/** A kind of object, and how it is served. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string
  /** Served versions, the preferred one first. They differ in name only, unless `convert` says otherwise. */
  readonly versions: readonly [string, ...string[]]
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** Custom resources know no strategic merge, and are told of fields that they do not know. */
  readonly custom: boolean
  readonly subresources: readonly ('status' | 'scale')[]
  /** Whether `metadata.generation` counts the changes of what is wanted. */
  readonly counted: boolean
  /** Whether a PUT may create. */
  readonly createdByUpdate: boolean
  readonly schema: Schema
  readonly rules: RuleTree | undefined
  readonly columns: readonly Column[]
  /** What a fieldSelector may ask for, beside name and namespace: paths with dots. */
  readonly selectable: readonly string[]
  /** Under which name the objects are stored: two resources with the same name show the same objects. */
  readonly storage: string
  readonly convert: Conversion | undefined
  /** Fills in what Kubernetes would, before validation. */
  readonly complete: (draft: Draft) => Draft
  /** What is wrong with the object beyond its schema. */
  readonly check: (draft: Draft, old: KubeObject | undefined) => Cause[]
}

/** Between what is stored and what this resource shows. */
export interface Conversion {
  readonly toStored: (draft: Draft) => Draft
  readonly fromStored: (object: KubeObject) => KubeObject
}

type Optional = Partial<Omit<Resource, 'group' | 'versions' | 'kind' | 'plural' | 'schema' | 'columns'>>

/** A resource with what most have in common. */
export function resource(
  parts: Pick<Resource, 'group' | 'versions' | 'kind' | 'plural' | 'schema' | 'columns'> & Optional,
): Resource {
  return {
    singular: parts.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    custom: false,
    subresources: [],
    counted: false,
    createdByUpdate: false,
    rules: undefined,
    selectable: [],
    storage: parts.group === '' ? parts.plural : `${parts.plural}.${parts.group}`,
    convert: undefined,
    complete: draft => draft,
    check: () => [],
    ...parts,
  }
}

/** `apiVersion` of a version of a resource. */
export const apiVersionOf = ({ group }: Pick<Resource, 'group'>, version: string): string =>
  group === '' ? version : `${group}/${version}`
