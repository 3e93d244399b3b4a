import type { Notice } from '@birdwatch/core'
import type { Saved } from './facts.js'

/** What is wrong with how people were told: every notice at least once, and in order. */
export function wronglyTold(saves: readonly Saved[], delivered: readonly Notice[]): string[] {
  const meant = new Map<string, Notice>()
  let overflowed = false
  for (const { state } of saves) {
    overflowed ||= state.outbox.length >= 20
    for (const notice of state.outbox) meant.set(notice.id, notice)
  }
  const { id } = saves.at(-1)?.state ?? { id: '' }
  const ours = delivered.filter(({ rolloutId }) => keyOf(rolloutId) === keyOf(id))
  const first = new Map(ours.map(notice => [notice.id, notice] as const).reverse())
  const order = [...new Map(ours.map(({ id: each, seq }) => [each, seq] as const)).values()]
  // What was decided anew while its save was under way says the same under a later moment.
  const again = (notice: Notice) => ours.some(n => n.seq === notice.seq && n.reason.code === notice.reason.code)
  const lost = [...meant.values()].filter(notice => !first.has(notice.id) && !again(notice)).map(notice => notice.id)
  const mistaken = ours.filter(notice => JSON.stringify(notice) !== JSON.stringify(first.get(notice.id)))
  return [
    ...(lost.length > 0 && !overflowed ? [`notices ${lost.join(', ')} were never delivered`] : []),
    ...(order.some((seq, i) => i > 0 && seq < (order[i - 1] ?? 0))
      ? [`notices came in the order ${order.join(', ')}`]
      : []),
    ...mistaken.map(({ id: each }) => `the id ${each} stands for two notices`),
  ]
}

/** The resource of a rollout: its id without the number. */
const keyOf = (rolloutId: string) => rolloutId.slice(0, rolloutId.lastIndexOf('-'))
