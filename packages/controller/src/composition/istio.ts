import { createIstioRouter } from '@birdwatch/router-istio'
import type { DependencyContainer } from 'tsyringe'
import { istioObjects } from '../objects.js'
import { Pacer, paced } from '../pacer.js'
import { Refusals } from '../refusals.js'
import { cachedReadiness, canaryPodLabels } from '../workloads.js'
import { provide } from './register.js'
import { tokens } from './tokens.js'

/** Traffic by Istio, and the Deployments behind it. */
export function registerIstio(container: DependencyContainer): void {
  provide(container, tokens.pacer, c => {
    const { periodSeconds } = c.resolve(tokens.configuration).mesh
    return new Pacer({ clock: c.resolve(tokens.monotonic), periodMs: periodSeconds * 1000 })
  })

  provide(container, tokens.refusals, () => new Refusals())

  provide(container, tokens.router, c => {
    const { clusterDomain } = c.resolve(tokens.configuration)
    const caches = c.resolve(tokens.caches)
    const router = createIstioRouter({
      objects: istioObjects(caches),
      clusterDomain,
      fieldManager: 'birdwatch',
      podLabels: target => canaryPodLabels(target, caches, clusterDomain),
    })
    return paced(c.resolve(tokens.refusals).remembering(router), c.resolve(tokens.pacer))
  })

  provide(container, tokens.readiness, c =>
    cachedReadiness(c.resolve(tokens.caches), c.resolve(tokens.configuration).clusterDomain),
  )
}
