import { canonical, type Json } from '@birdwatch/core'

/** A value as text for a finding: errors by code and message, everything else as JSON with its keys in order. */
export function describe(value: unknown): string {
  if (value instanceof Error) {
    const { code } = value as { code?: unknown }
    return `${value.name}${typeof code === 'string' ? ` ${code}` : ''}: ${value.message}`
  }
  if (typeof value === 'number' || value === undefined || typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  try {
    return canonical(value as Json)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
