import type { DependencyContainer } from 'tsyringe'
import { istio } from '../built-in/istio.js'
import { istioObjects } from '../objects.js'
import { Pacer } from '../pacer.js'
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

  provide(container, tokens.routerPlugins, c => ({
    istio: istio(() => {
      const { clusterDomain } = c.resolve(tokens.configuration)
      const caches = c.resolve(tokens.caches)
      return {
        objects: istioObjects(caches),
        clusterDomain,
        fieldManager: 'birdwatch',
        podLabels: target => canaryPodLabels(target, caches, clusterDomain),
      }
    }),
  }))

  provide(container, tokens.readiness, c =>
    cachedReadiness(c.resolve(tokens.caches), c.resolve(tokens.configuration).clusterDomain),
  )
}
