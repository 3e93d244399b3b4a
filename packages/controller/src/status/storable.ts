import type { RolloutState } from '@birdwatch/core'
import { clipped } from './text.js'

/** Texts of people and of other systems are of any length; what is kept of one. */
const longestText = 1024

/**
 * The state as it is stored: an object of Kubernetes must stay far below 1.5 MiB. Every list in it is bounded by the
 * engine and every query by the CRD; what is left are the words of others in reasons, which are cut.
 */
export function storable(state: RolloutState): RolloutState {
  const { reason, rejected, outbox, history, lastCommand } = state
  return { ...state, ...(cut({ reason, rejected, outbox, history, lastCommand }) as Partial<RolloutState>) }
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return clipped(value, longestText)
  if (Array.isArray(value)) return value.map(cut)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cut(item)]))
}
