import type { Json, RolloutState } from '@birdwatch/core'
import type { RolloutFeed } from '@birdwatch/dashboard'
import type { Caches } from '../kube/caches.js'
import { type BirdWatch, engineOf } from '../resource/birdwatch.js'
import { apiVersion, kind } from '../resource/names.js'

/** Tells `feed` of every BirdWatch in the cache, now and at each change; returns a function that ends it. */
export function showAll(birdWatches: Pick<Caches['birdWatches'], 'list' | 'onChange'>, feed: RolloutFeed): () => void {
  const end = birdWatches.onChange((key, next) => {
    if (next === undefined) feed.remove(key)
    else show(next, feed)
  })
  for (const birdWatch of birdWatches.list()) show(birdWatch, feed)
  return end
}

function show(birdWatch: BirdWatch, feed: RolloutFeed): void {
  const { name, namespace, deletionTimestamp } = birdWatch.metadata
  const state = readable(birdWatch)
  const manifest = { apiVersion, kind, metadata: { namespace, name }, spec: birdWatch.spec } as Json
  if (state === undefined) feed.remove(`${namespace}/${name}`)
  else feed.put({ namespace, name, deleting: deletionTimestamp !== undefined, manifest }, state)
}

/** Before its first save, or written by another version, a rollout has nothing that could be shown. */
function readable(birdWatch: BirdWatch): RolloutState | undefined {
  try {
    return engineOf(birdWatch)
  } catch {
    return undefined
  }
}
