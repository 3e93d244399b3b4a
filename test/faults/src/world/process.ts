import { type Controller, composeController, configurationSchema, createContainer, tokens } from '@birdwatch/controller'
import type { Logger, RolloutState } from '@birdwatch/core'
import type { Chance } from '../chance.js'
import { pluginOf } from '../plugin.js'
import { ProcessTime, type Skew } from '../time/process-time.js'
import type { Timeline } from '../time/timeline.js'
import type { Metrics } from './metrics.js'
import type { Network } from './network.js'
import type { Slack } from './slack.js'

export interface ProcessParts {
  readonly timeline: Timeline
  readonly network: Network
  readonly metrics: Metrics
  readonly slack: Slack
  readonly chance: Chance
  readonly log: (who: string, what: string, result?: string) => void
  /** Something happened that never may. */
  readonly broken: (sentence: string) => void
  readonly isAlone: boolean
}

/** The controller as it is shipped: what it takes from its machine, and what it would load, is the world's. */
const configured = (isAlone: boolean) =>
  configurationSchema.parse({
    providers: [{ name: 'prometheus', type: 'prometheus' }],
    notifiers: [{ name: 'slack', type: 'slack' }],
    leaderElection: { enabled: !isAlone, namespace: 'shop', leaseSeconds: 15 },
  })

const [alone, oneOfTwo] = [configured(true), configured(false)]

/** Process-wide counters are made once, whatever number of processes is simulated. */
let telemetry: { text(): Promise<string> } | undefined

/** One process with a controller in it. */
export class Process {
  readonly startedAt: number
  readonly #time: ProcessTime
  #controller: Controller | undefined
  #metrics = async () => ''
  #states: () => Iterable<{ key: string; state: RolloutState }> = () => []

  constructor(
    readonly name: string,
    skew: Skew,
    private readonly parts: ProcessParts,
  ) {
    this.#time = new ProcessTime(parts.timeline, skew)
    this.startedAt = parts.timeline.now
    this.#run().catch(error => parts.broken(`${name} did not start: ${(error as Error).stack}`))
  }

  get alive(): boolean {
    return !this.#time.ended
  }

  kill(): void {
    this.parts.log(this.name, 'is killed')
    this.#time.ended = true
  }

  freeze(ms: number): void {
    this.parts.log(this.name, `is frozen for ${ms} ms`)
    this.#time.freeze(ms)
  }

  /** SIGTERM; resolves when it has ended. */
  async terminate(): Promise<void> {
    this.parts.log(this.name, 'is asked to end')
    await this.#controller?.stop()
    this.#time.ended = true
    this.parts.log(this.name, 'has ended')
  }

  /** What it answers to `/metrics`; of two processes in one world, what the later one knows. */
  metrics(): Promise<string> {
    return this.#metrics()
  }

  /** What this process knows of a rollout. */
  stateOf(rollout: string): RolloutState | undefined {
    for (const { key, state } of this.#states()) if (key.endsWith(`/${rollout}`)) return state
    return undefined
  }

  async #run(): Promise<void> {
    const { network, metrics, slack, chance, isAlone } = this.parts
    const time = this.#time
    const container = createContainer({
      configuration: isAlone ? alone : oneOfTwo,
      environment: {},
      kubeconfig: { server: 'http://api' },
      logger: this.#logger(),
    }).createChildContainer()
    container.register(tokens.clock, { useValue: time.wall })
    container.register(tokens.monotonic, { useValue: time.monotonic })
    container.register(tokens.random, { useValue: chance.next })
    container.register(tokens.transport, { useValue: network.transport(this.name, time) })
    container.register(tokens.listen, { useValue: async () => ({ port: 1, close: async () => {} }) })
    container.register(tokens.istioVersion, { useValue: 'v1' })
    const shared = telemetry ?? container.resolve(tokens.telemetry)
    telemetry = shared
    this.#metrics = () => shared.text()
    container.register(tokens.telemetry, { useValue: shared as never })
    container.register(tokens.metricPlugins, {
      useValue: { prometheus: pluginOf('metric-provider', () => metrics.provider(this.name, time)) },
    })
    container.register(tokens.notifierPlugins, {
      useValue: { slack: pluginOf('notifier', () => slack.notifier(time)) },
    })
    container.register(tokens.resilient, { useValue: false })
    const controller = await composeController(container)
    const reconciler = container.resolve(tokens.reconciler)
    this.#states = () => reconciler.states()
    await controller.start()
    this.#controller = controller
  }

  #logger(): Logger {
    const { log, broken } = this.parts
    const note = (message: string, fields: Record<string, unknown> = {}) =>
      log(this.name, message, JSON.stringify(fields))
    return {
      debug() {},
      info: note,
      warn: note,
      error(message, fields) {
        note(message, fields)
        broken(`an error was logged: ${message} ${JSON.stringify(fields)}`)
      },
    }
  }
}
