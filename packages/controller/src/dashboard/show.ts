import type { Json, RolloutState } from '@birdwatch/core'
import type { Note, RolloutFeed, RolloutResource } from '@birdwatch/dashboard'
import { type BirdWatch, engineOf } from '../resource/birdwatch.js'
import { apiVersion, kind } from '../resource/names.js'
import type { Condition } from '../resource/status.js'
import type { BirdWatches } from '../store.js'

/** Where the page gets what it shows from. */
export interface Shown {
  readonly birdWatches: Pick<BirdWatches, 'list' | 'onChange' | 'getByKey'>
  /** The rollouts that this process carries: their state, and a call after every pass. */
  readonly carried: {
    stateOf(key: string): RolloutState | undefined
    onPass(listener: (key: string) => void): () => void
  }
}

/**
 * Tells `feed` of every BirdWatch in the cache, now and at each change; returns a function that ends it. Where this
 * process carries the rollout, its state in memory knows of checks that decided nothing and are saved once a minute only.
 */
export function showAll({ birdWatches, carried }: Shown, feed: RolloutFeed): () => void {
  const show = (key: string) => {
    const birdWatch = birdWatches.getByKey(key)
    const state = birdWatch && newer(carried.stateOf(key), readable(birdWatch))
    if (birdWatch === undefined || state === undefined) feed.remove(key)
    else feed.put(resourceOf(birdWatch), state)
  }
  const ends = [birdWatches.onChange(show), carried.onPass(show)]
  for (const { metadata } of birdWatches.list()) show(`${metadata.namespace}/${metadata.name}`)
  return () => {
    for (const end of ends) end()
  }
}

const newer = (carried: RolloutState | undefined, saved: RolloutState | undefined): RolloutState | undefined =>
  carried !== undefined && carried.rev >= (saved?.rev ?? 0) ? carried : saved

/** Before its first save, or written by another version, a rollout has nothing that could be shown. */
function readable(birdWatch: BirdWatch): RolloutState | undefined {
  try {
    return engineOf(birdWatch)
  } catch {
    return undefined
  }
}

function resourceOf({ metadata, spec, conditions }: BirdWatch): RolloutResource {
  const { namespace, name, deletionTimestamp } = metadata
  return {
    namespace,
    name,
    deleting: deletionTimestamp !== undefined,
    manifest: { apiVersion, kind, metadata: { namespace, name }, spec: spec as Json },
    notes: conditions.flatMap(noteOf),
  }
}

/** Findings that do not follow from the engine's state, which speaks for itself, by the reason of their condition. */
const findings: Readonly<Record<string, Omit<Note, 'text'>>> = {
  ProviderUnreachable: { title: 'Metric provider not reached' },
  RangeExceedsInterval: { title: 'A query looks back too far' },
  UsedElsewhere: { title: 'The subsets are shared', mild: true },
}

function noteOf({ reason, status, message }: Condition): Note[] {
  const finding = findings[reason]
  return finding === undefined || status !== 'True' ? [] : [{ ...finding, text: message }]
}
