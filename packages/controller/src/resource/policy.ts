import {
  type BirdWatchError,
  codeOf,
  definePolicy,
  type Policy,
  type PolicySpec,
  pathText,
  type Refusal,
} from '@birdwatch/core'
import type { z } from 'zod'
import { specSchema } from './spec.js'

/**
 * The policy that a spec asks for, or why it cannot be used, with the field as people wrote it. Nothing is taken for
 * granted: the resource may be older than the CRD, or the CRD may have been changed.
 */
export function policyOf(spec: unknown): Policy | Refusal {
  try {
    const policy = definePolicy(camelCased(spec) as PolicySpec)
    const { error } = specSchema.safeParse(spec)
    return error === undefined ? policy : refusalOf(error, spec)
  } catch (error) {
    if (codeOf(error) !== 'POLICY_INVALID') throw error
    const { field = 'spec', value, expected } = error as BirdWatchError
    return refuse(snakeCased(field === 'policy' ? 'spec' : field), value, String(expected))
  }
}

/** A refusal that names the field, what was found and what is expected. */
export function refuse(field: string, value: unknown, expected: string): Refusal {
  const found = value === undefined ? 'missing' : `found ${shortened(JSON.stringify(value) ?? String(value))}`
  return { refused: { code: 'invalid', field, detail: `${found}, expected ${expected}` } }
}

/** Fields are snake_case in the resource and camelCase in code; values are never touched. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [
      key.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase()),
      camelCased(v),
    ]),
  )
}

const snakeCased = (path: string): string => path.replace(/[A-Z]/g, c => `_${c.toLowerCase()}`)

function refusalOf(error: z.ZodError, spec: unknown): Refusal {
  const [{ path, message, code }] = error.issues as [z.core.$ZodIssue, ...z.core.$ZodIssue[]]
  const field = pathText(path)
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], spec)
  return code === 'custom' ? { refused: { code: 'invalid', field, detail: message } } : refuse(field, value, message)
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text)
