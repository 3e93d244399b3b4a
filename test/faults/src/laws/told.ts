import type { Notice } from '@birdwatch/core'
import { lifetimeMs, type Saved } from './facts.js'

/**
 * What is wrong with how people were told: every notice that was saved at least once, and these in order. What was never saved
 * is told only when a sick canary's save fails: people must know of that although the store takes nothing. Such a notice is
 * lost with its process, and so is its number: it is held to no order. With it goes what the decision before had said, whose
 * save was under way: it comes first in the outbox.
 */
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
  const order = [...new Map(ours.map(({ id: each, seq }) => [each, seq] as const))].flatMap(([each, seq]) =>
    meant.has(each) ? [seq] : [],
  )
  const lost = [...meant.keys()].filter(each => !first.has(each))
  const sickAt = ours.filter(ofSick).map(({ snapshot: { at } }) => at)
  const before = ({ snapshot: { at } }: Notice) => sickAt.some(sick => at <= sick && sick <= at + lifetimeMs)
  const unsaved = [...first.values()].filter(n => !meant.has(n.id) && !before(n)).map(n => n.id)
  const mistaken = ours.filter(notice => JSON.stringify(notice) !== JSON.stringify(first.get(notice.id)))
  return [
    ...(lost.length > 0 && !overflowed ? [`notices ${lost.join(', ')} were never delivered`] : []),
    ...(order.some((seq, i) => i > 0 && seq <= (order[i - 1] ?? 0))
      ? [`notices came in the order ${order.join(', ')}`]
      : []),
    ...unsaved.map(each => `the notice ${each} was told and never saved`),
    ...mistaken.map(({ id: each }) => `the id ${each} stands for two notices`),
  ]
}

/** Said by a decision that may hold before it is saved. */
const ofSick = ({ snapshot: { phase }, reason: { code } }: Notice) =>
  ['RollingBack', 'Frozen'].includes(phase) || ['unhealthy', 'holding_failures', 'metric_recovered'].includes(code)

/** The resource of a rollout: its id without the number. */
const keyOf = (rolloutId: string) => rolloutId.slice(0, rolloutId.lastIndexOf('-'))
