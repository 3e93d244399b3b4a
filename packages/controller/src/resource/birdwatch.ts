import { phases, type RolloutState } from '@birdwatch/core'
import { claimAnnotation, commandAnnotation } from './names.js'
import type { Condition } from './status.js'

/** What the controller keeps of a BirdWatch. */
export interface BirdWatch {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation: number
    readonly creationTimestamp: string
    readonly deletionTimestamp?: string
    readonly finalizers: readonly string[]
  }
  /** As it was written; `policyOf` says whether it can be used. */
  readonly spec: { readonly service?: unknown; readonly canary_version?: unknown; readonly subsets?: unknown }
  readonly conditions: readonly Condition[]
  /** The engine's state, as it was saved. */
  readonly engine?: unknown
  readonly wish?: Wish
}

/** The command that is written on the resource. */
export interface Wish {
  readonly name: string
  /** The field manager that wrote it, and when (whole seconds), where the API server says so. */
  readonly by?: string
  readonly at?: string
  readonly claims?: string
}

/** A BirdWatch as the API server sends it, as far as it matters here. */
export interface RawBirdWatch {
  readonly metadata: Omit<BirdWatch['metadata'], 'finalizers'> & {
    readonly finalizers?: readonly string[]
    readonly annotations?: Readonly<Record<string, string>>
    readonly managedFields?: readonly ManagedFields[]
  }
  readonly spec?: unknown
  readonly status?: { readonly conditions?: readonly Condition[]; readonly engine?: unknown }
}

interface ManagedFields {
  readonly manager?: string
  readonly time?: string
  readonly fieldsV1?: { readonly 'f:metadata'?: { readonly 'f:annotations'?: Readonly<Record<string, unknown>> } }
}

/** Keeps what is needed: thousands of resources are held in memory, and managedFields are most of each. */
export function projectBirdWatch({ metadata, spec, status }: RawBirdWatch): BirdWatch {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } = metadata
  const wish = wishOf(metadata)
  return {
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      generation,
      creationTimestamp,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      finalizers: metadata.finalizers ?? [],
    },
    spec: isRecord(spec) ? spec : {},
    conditions: status?.conditions ?? [],
    ...(status?.engine === undefined ? {} : { engine: status.engine }),
    ...(wish === undefined ? {} : { wish }),
  }
}

function wishOf({ annotations = {}, managedFields = [] }: RawBirdWatch['metadata']): Wish | undefined {
  const name = annotations[commandAnnotation]
  if (name === undefined) return undefined
  const owners = managedFields.filter(
    ({ fieldsV1 }) => fieldsV1?.['f:metadata']?.['f:annotations']?.[`f:${commandAnnotation}`] !== undefined,
  )
  const { manager, time } = owners.sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))[0] ?? {}
  const claims = annotations[claimAnnotation]
  return {
    name,
    ...(manager === undefined ? {} : { by: manager }),
    ...(time === undefined ? {} : { at: time }),
    ...(claims === undefined ? {} : { claims }),
  }
}

/**
 * The engine's state that is kept in a BirdWatch, or undefined before its first save. Throws when it is not one that
 * this version can read: it may belong to a newer version, so it must be neither guessed at nor overwritten.
 */
export function engineOf({ engine, metadata }: BirdWatch): RolloutState | undefined {
  if (engine === undefined) return undefined
  const { schema, rev, phase, target, policy } = isRecord(engine) ? engine : {}
  const known = schema === 1 && Number.isInteger(rev) && phases.some(p => p === phase) && isRecord(target)
  if (known && isRecord(policy)) return engine as unknown as RolloutState
  throw new UnreadableState(
    `status.engine of ${metadata.namespace}/${metadata.name} can not be read (schema ${JSON.stringify(schema)}, expected 1). ` +
      'Run the version of the controller that wrote it, or remove the status to begin anew.',
  )
}

/** The state of a rollout was written by another version, or by hand. */
export class UnreadableState extends Error {
  override readonly name = 'UnreadableState'
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
