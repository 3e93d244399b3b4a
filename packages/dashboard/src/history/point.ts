import type { Phase } from '@birdwatch/core'
import type { Health, RolloutView, Saying } from '../view/view.js'

/** One thing that happened to a rollout while it was watched. Times are epoch milliseconds. */
export interface Point {
  /** Rises with every change of any rollout. */
  readonly seq: number
  readonly at: number
  /** The id of the rollout it belongs to. */
  readonly rollout: string
  /** `step`: phase, weight, reason or a command; `check`: only numbers. */
  readonly kind: 'step' | 'check'
  readonly phase: Phase
  /** The canary's weight from then on. */
  readonly weight: number
  readonly reason: Saying
  /** The check that it rests on. */
  readonly check?: Check
}

export interface Check {
  /** When its last reading was taken. */
  readonly at: number
  /** The weight that it was taken at. */
  readonly weight: number
  readonly health: Health
  /** Only the metrics that were read. */
  readonly readings: readonly PointReading[]
}

export interface PointReading {
  readonly name: string
  readonly at: number
  readonly health: Health
  readonly reading?: number
  readonly baseline?: number
}

/** What has happened between two views of a rollout; undefined when nothing that is worth keeping has. */
export function pointOf(
  before: RolloutView | undefined,
  after: RolloutView,
  seq: number,
  now: number,
): Point | undefined {
  const check = checkOf(before, after)
  const step = before === undefined || stepped(before, after)
  if (!step && check === undefined) return undefined
  const { id: rollout, phase, weight, reason } = after
  const at = Math.min(now, step ? (whenStepped(before, after) ?? check?.at ?? now) : (check?.at ?? now))
  return { seq, at, rollout, kind: step ? 'step' : 'check', phase, weight, reason, ...(check ? { check } : {}) }
}

function checkOf(before: RolloutView | undefined, after: RolloutView): Check | undefined {
  const same = before?.id === after.id ? before : undefined
  const readings = after.metrics.flatMap(({ name, at, health, reading, baseline }): PointReading[] => {
    const known = same?.metrics.find(metric => metric.name === name)?.at
    if (at === undefined || at === known) return []
    const numbers = { ...(reading === undefined ? {} : { reading }), ...(baseline === undefined ? {} : { baseline }) }
    return [{ name, at, health, ...numbers }]
  })
  if (readings.length === 0) return undefined
  const at = Math.max(...readings.map(reading => reading.at))
  return { at, weight: same?.weight ?? after.weight, health: after.health, readings }
}

const stepped = (before: RolloutView, after: RolloutView): boolean =>
  before.id !== after.id ||
  before.phase !== after.phase ||
  before.weight !== after.weight ||
  before.reason.code !== after.reason.code ||
  before.lastCommand?.at !== after.lastCommand?.at

/** The latest of the times that changed. */
function whenStepped(before: RolloutView | undefined, after: RolloutView): number | undefined {
  const times = [
    [before?.since, after.since],
    [before?.decidedAt, after.decidedAt],
    [before?.lastCommand?.at, after.lastCommand?.at],
  ] as const
  const changed = times.flatMap(([was, is]) => (is === undefined || is === was ? [] : [is]))
  return changed.length === 0 ? undefined : Math.max(...changed)
}
