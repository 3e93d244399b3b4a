import { configMaps, leases, namespaces, pods, services } from './resources/core.js'
import { deployments } from './resources/deployment.js'
import { events, newEvents } from './resources/events.js'
import { istioResources } from './resources/istio.js'
import type { Resource } from './resources/resource.js'

const builtIn: readonly Resource[] = [
  namespaces,
  pods,
  services,
  configMaps,
  events,
  newEvents,
  deployments,
  leases,
  ...istioResources,
]

/** Everything that is served. */
export class Catalog {
  readonly #resources: Resource[] = [...builtIn]

  get resources(): readonly Resource[] {
    return this.#resources
  }

  /** Adds a resource. Throws when its group serves one of that name already. */
  add(resource: Resource): void {
    if (this.#resources.some(r => r.group === resource.group && r.plural === resource.plural))
      throw new Error(`${resource.plural}.${resource.group} is served already.`)
    this.#resources.push(resource)
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#resources.find(r => r.group === group && r.plural === plural && r.versions.includes(version))
  }

  /** The groups in the order in which they came, without the core group. */
  get groups(): readonly string[] {
    return [...new Set(this.#resources.map(({ group }) => group))].filter(group => group !== '')
  }

  versionsOf(group: string): readonly string[] {
    return [...new Set(this.#resources.filter(r => r.group === group).flatMap(({ versions }) => versions))]
  }
}
