import type { LocalApi } from '../api/local.js'
import { dig, type JsonObject } from '../json.js'
import { knobAnnotations } from '../workloads/names.js'
import {
  app,
  birdWatch,
  deployment,
  deploymentName,
  destinationRule,
  paths,
  rolloutSpec,
  type SampleOptions,
  service,
  virtualService,
} from './app.js'
import { nextSpec } from './next-spec.js'

/** What goes wrong with a version, if its switch is on. */
const troubles = {
  failing: { annotation: knobAnnotations.errorRate, value: '0.3' },
  slow: { annotation: knobAnnotations.latencyMs, value: '800' },
} as const

export type Trouble = keyof typeof troubles

const rollout = `${paths.birdWatches}/${app}`
const ended: readonly unknown[] = ['Promoted', 'RolledBack']

/** The sample service, and what can be done with it. All of it goes through the API, as kubectl would. */
export class Sample {
  readonly #api: LocalApi
  readonly #options: SampleOptions

  constructor(api: LocalApi, options: SampleOptions) {
    this.#api = api
    this.#options = options
  }

  /** Production v03, and v04 as its first canary. Resolves when production serves. */
  async create(): Promise<void> {
    this.#api.create(paths.services, service)
    this.#api.create(paths.destinationRules, destinationRule('v03'))
    this.#api.create(paths.virtualServices, virtualService)
    for (const version of ['v03', 'v04']) this.#api.create(paths.deployments, deployment(version))
    await this.#available('v03')
    this.#api.create(paths.birdWatches, birdWatch(rolloutSpec('v04', 'v03', this.#options)))
  }

  /** What production is now: the label of its subset. */
  get production(): string {
    const subsets = dig(this.#api.get(`${paths.destinationRules}/${app}`), 'spec', 'subsets')
    const found = Array.isArray(subsets) ? subsets.find(subset => dig(subset, 'name') === 'production') : undefined
    return String(dig(found, 'labels', 'version') ?? '')
  }

  /** The version that is being rolled out, or was last; production's where the BirdWatch was deleted. */
  get canary(): string {
    return String(dig(this.#api.get(rollout), 'spec', 'canary_version') ?? this.production)
  }

  /** Whether a rollout is over, so that the next can begin. */
  get isOver(): boolean {
    const birdWatch = this.#api.get(rollout)
    return birdWatch === undefined || ended.includes(dig(birdWatch, 'status', 'phase'))
  }

  /** The version that would come next. */
  get next(): string {
    const numbers = [this.canary, ...this.#versions()].map(version => Number(/\d+/.exec(version)?.[0] ?? 0))
    return `v${String(Math.max(...numbers) + 1).padStart(2, '0')}`
  }

  /**
   * Releases the next version as a canary; what is neither that nor production is taken away. The BirdWatch stays as
   * people have left it, but for the versions; one that was deleted begins anew.
   */
  release(): void {
    const { canary, next, production } = this
    for (const version of this.#versions())
      if (version !== production) this.#api.delete(`${paths.deployments}/${deploymentName(version)}`)
    this.#api.create(paths.deployments, deployment(next))
    const spec = this.#api.get(rollout)?.spec as JsonObject | undefined
    if (spec) this.#api.merge(rollout, { spec: nextSpec(spec, { canary, next, production }) })
    else this.#api.create(paths.birdWatches, birdWatch(rolloutSpec(next, production, this.#options)))
  }

  /** Whether a version is in trouble. */
  has(trouble: Trouble, version: string): boolean {
    const { annotation } = troubles[trouble]
    const annotations = this.#api.get(`${paths.deployments}/${deploymentName(version)}`)?.metadata.annotations
    return annotations?.[annotation] !== undefined
  }

  /** Gets a version into trouble, or out of it. */
  trouble(trouble: Trouble, version: string, on: boolean): void {
    const { annotation, value } = troubles[trouble]
    const annotations = { [annotation]: on ? value : null }
    this.#api.merge(`${paths.deployments}/${deploymentName(version)}`, { metadata: { annotations } })
  }

  /** Those that have a Deployment. */
  #versions(): string[] {
    const prefix = deploymentName('')
    const names = this.#api.list(paths.deployments).map(({ metadata }) => metadata.name)
    return names.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length))
  }

  #available(version: string): Promise<void> {
    return new Promise(resolve => {
      const unfollow = this.#api.follow(paths.deployments, ({ object }) => {
        const isIt = object.metadata.name === deploymentName(version)
        if (!isIt || dig(object, 'status', 'availableReplicas') !== dig(object, 'spec', 'replicas')) return
        resolve()
        queueMicrotask(() => unfollow())
      })
    })
  }
}
