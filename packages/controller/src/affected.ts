import type { Caches } from './kube/caches.js'
import type { InNamespace } from './kube/project.js'
import type { Deployment, Service } from './readiness.js'
import type { BirdWatch } from './resource/birdwatch.js'

/** Calls `enqueue` with the key of every BirdWatch that a change of any watched object may matter to. */
export function watchChanges(caches: Caches, enqueue: (key: string) => void): () => void {
  const { birdWatches, virtualServices, destinationRules, deployments, services } = caches
  const all = (found: readonly BirdWatch[]) => {
    for (const { metadata } of found) enqueue(`${metadata.namespace}/${metadata.name}`)
  }
  const byService = (key: string) => all(birdWatches.lookup('service', key))
  const ends = [
    birdWatches.onChange((key, next, previous) => {
      enqueue(key)
      for (const { metadata, spec } of present(next, previous))
        byService(`${metadata.namespace}/${String(spec.service)}`)
    }),
    virtualServices.onChange(byService),
    destinationRules.onChange(byService),
    deployments.onChange((_, next, previous) => {
      if (sameDeployment(next, previous)) return
      for (const { namespace, podLabels } of present(next, previous)) {
        all(birdWatches.lookup('version', `${namespace}/${podLabels.version}`))
        all(birdWatches.lookup('waiting', namespace))
      }
    }),
    services.onChange((_, next, previous) => {
      if (sameService(next, previous)) return
      for (const { namespace } of present(next, previous)) all(birdWatches.lookup('namespace', namespace))
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

const present = <T>(...values: (T | undefined)[]): T[] => values.filter(value => value !== undefined)

const sameDeployment = (a: (Deployment & InNamespace) | undefined, b: typeof a) =>
  JSON.stringify(a) === JSON.stringify(b)
const sameService = (a: (Service & InNamespace) | undefined, b: typeof a) => JSON.stringify(a) === JSON.stringify(b)
