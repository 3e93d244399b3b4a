import type { PlaygroundSource, PlaygroundState } from '../src/index.js'
import type { World } from './world.js'

const subject = 'shop/aleph'
const requestsPerSecond = 120

/** What the playground tells, made up from the sample's own rollout of `aleph`. */
export class SamplePlayground implements PlaygroundSource {
  readonly #world: World
  readonly #listeners = new Set<() => void>()
  readonly #timer: NodeJS.Timeout

  constructor(world: World) {
    this.#world = world
    this.#timer = setInterval(() => this.#changed(), 1000)
  }

  state(): PlaygroundState {
    const { failing, slow } = this.#world
    const { rollout, version: canary = 'v04' } = this.#world.find(subject) ?? {}
    const { productionVersion: production = 'v03', weight = 0, phase, endedAt } = rollout?.state ?? {}
    const all = requestsPerSecond + Math.sin(Date.now() / 3000) * 4
    const share = phase === 'Promoted' ? 1 : weight / 100
    const old = {
      version: production,
      role: 'production',
      requestsPerSecond: all * (1 - share),
      errorsPerSecond: 0,
      latencyMs: 41,
    } as const
    const errorsPerSecond = failing ? all * share * 0.4 : 0
    const young = { version: canary, role: 'canary', requestsPerSecond: all * share, errorsPerSecond } as const
    return {
      note: 'A sample: the rollouts are carried by the real engine, everything around it is made up.',
      services: [
        {
          namespace: 'shop',
          service: 'aleph',
          versions:
            share === 1
              ? [{ version: canary, role: 'production', requestsPerSecond: all, errorsPerSecond: 0, latencyMs: 42 }]
              : [old, { ...young, ...(share === 0 ? {} : { latencyMs: slow ? 380 : 43 }) }],
        },
      ],
      controls: [
        {
          id: 'fail',
          kind: 'switch',
          on: failing,
          label: `Make ${canary} fail`,
          hint: 'Two of five answers become 500: watch it roll back.',
        },
        { id: 'slow', kind: 'switch', on: slow, label: 'Make it slow', hint: 'Answers take 300 ms longer.' },
        {
          id: 'next',
          kind: 'button',
          label: 'New canary',
          hint: 'Deploys the next version and names it in the BirdWatch.',
          ...(endedAt === undefined ? { unavailable: 'The present rollout has to end first.' } : {}),
        },
      ],
    }
  }

  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => void this.#listeners.delete(changed)
  }

  async act(control: string, on?: boolean): Promise<void> {
    if (control === 'next') this.#world.next(subject)
    else this.#world[control === 'fail' ? 'failing' : 'slow'] = on ?? false
    this.#changed()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #changed(): void {
    for (const changed of this.#listeners) changed()
  }
}
