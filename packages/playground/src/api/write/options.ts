import { badRequest, invalidOptions } from '../errors.js'

export interface WriteOptions {
  /** Who writes: `fieldManager`, or the first word of the User-Agent. */
  readonly manager: string
  /** Everything is done but the storing. */
  readonly dryRun: boolean
  /** What becomes of fields that the schema does not know. */
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
}

type Kind = 'CreateOptions' | 'PatchOptions'

/** Reads the parameters that every write knows. */
export function writeOptions(query: URLSearchParams, userAgent: string | undefined, kind: Kind): WriteOptions {
  const dryRun = query.getAll('dryRun').filter(value => value !== '')
  const unknown = dryRun.find(value => value !== 'All')
  if (unknown !== undefined) throw invalidOptions(kind, unsupported('dryRun', [unknown], ['All']))
  return {
    manager: query.get('fieldManager') || (userAgent ?? '').split('/')[0] || 'unknown',
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation(query.get('fieldValidation') || 'Warn', kind),
  }
}

const validations = ['Ignore', 'Warn', 'Strict'] as const

function fieldValidation(text: string, kind: Kind): WriteOptions['fieldValidation'] {
  const known = validations.find(candidate => candidate === text)
  if (known === undefined) throw invalidOptions(kind, unsupported('fieldValidation', text, validations))
  return known
}

function unsupported(field: string, value: unknown, allowed: readonly string[]) {
  const supported = allowed.map(name => `"${name}"`).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`
  return { reason: 'FieldValueNotSupported', message, field } as const
}

/** Whether an apply takes fields from others. Only an apply may say so, and it must name its manager. */
export function applyForce(query: URLSearchParams, isApply: boolean): boolean {
  const force = query.get('force')
  if (!isApply && force !== null) {
    const message = 'Forbidden: may not be specified for non-apply patch'
    throw invalidOptions('PatchOptions', { reason: 'FieldValueForbidden', message, field: 'force' })
  }
  if (isApply && !query.get('fieldManager')) {
    const message = 'Required value: is required for apply patch'
    throw invalidOptions('PatchOptions', { reason: 'FieldValueRequired', message, field: 'fieldManager' })
  }
  return force === 'true' || force === '1'
}

export interface DeleteOptions {
  readonly uid: string | undefined
  readonly resourceVersion: string | undefined
  readonly gracePeriodSeconds: number | undefined
  readonly orphan: boolean
}

/** Reads the body and the parameters of a deletion. */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const { preconditions, gracePeriodSeconds, propagationPolicy, orphanDependents } = (body ?? {}) as {
    preconditions?: { uid?: string; resourceVersion?: string }
    gracePeriodSeconds?: number
    propagationPolicy?: string
    orphanDependents?: boolean
  }
  const grace = query.get('gracePeriodSeconds')
  const policy = query.get('propagationPolicy') ?? propagationPolicy ?? (orphanDependents ? 'Orphan' : 'Background')
  if (policy !== 'Background' && policy !== 'Orphan')
    throw badRequest(
      `the embedded API deletes dependents in the background or orphans them; it does not know ${policy}`,
    )
  return {
    uid: preconditions?.uid,
    resourceVersion: preconditions?.resourceVersion,
    gracePeriodSeconds: grace === null ? gracePeriodSeconds : Number(grace),
    orphan: policy === 'Orphan',
  }
}
