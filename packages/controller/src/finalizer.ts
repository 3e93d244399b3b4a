import type { Collection } from './kube/collection.js'
import { type BirdWatch, projectBirdWatch, type RawBirdWatch } from './resource/birdwatch.js'
import { finalizer } from './resource/names.js'

/**
 * Adds the finalizer or takes it away; writes nothing when it is as wanted. The write carries the resourceVersion it
 * was planned on: it rejects with `KUBE_CONFLICT` when the resource has changed since.
 */
export async function writeFinalizer(
  birdWatches: Pick<Collection<RawBirdWatch, BirdWatch>, 'patch'>,
  resource: BirdWatch,
  wanted: boolean,
): Promise<BirdWatch> {
  const { namespace, name, resourceVersion, finalizers } = resource.metadata
  if (finalizers.includes(finalizer) === wanted) return resource
  const others = finalizers.filter(f => f !== finalizer)
  const answer = await birdWatches.patch({ namespace, name }, [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/metadata/finalizers', value: wanted ? [...others, finalizer] : others },
  ])
  return projectBirdWatch(answer)
}
