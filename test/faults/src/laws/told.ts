import type { Notice } from '@birdwatch/core'
import type { Saved } from './facts.js'

/** What is wrong with how people were told: every notice at least once, and in order. */
export function wronglyTold(saves: readonly Saved[], delivered: readonly Notice[]): string[] {
  const meant = new Map<number, Notice>()
  let overflowed = false
  for (const { state } of saves) {
    overflowed ||= state.outbox.length >= 20
    for (const notice of state.outbox) meant.set(notice.seq, notice)
  }
  const { id } = saves.at(-1)?.state ?? { id: '' }
  const ours = delivered.filter(({ rolloutId }) => keyOf(rolloutId) === keyOf(id))
  const first = [...new Set(ours.map(({ seq }) => seq))]
  const lost = [...meant.keys()].filter(seq => !first.includes(seq))
  return [
    ...(lost.length > 0 && !overflowed ? [`notices ${lost.join(', ')} were never delivered`] : []),
    ...(first.some((seq, i) => i > 0 && seq < (first[i - 1] ?? 0))
      ? [`notices came in the order ${first.join(', ')}`]
      : []),
  ]
}

/** The resource of a rollout: its id without the number. */
const keyOf = (rolloutId: string) => rolloutId.slice(0, rolloutId.lastIndexOf('-'))
