import { type Environment, type KubeObject, type Ref, type WaitOptions, waitFor } from '../../src/index.js'

export interface Condition {
  type: string
  status: string
  reason: string
  message: string
}

/** What people see of a rollout. */
export interface Status {
  phase?: string
  weight?: number
  message?: string
  metrics?: { name: string; baseline?: number; reading?: number; verdict: string }[]
  production_version?: string
  last_command?: { name: string; by?: string; refused?: string }
  history?: { canary_version: string; phase: string; message: string }[]
  conditions?: Condition[]
  /** The engine's own; a test looks at nothing but whether all was told. */
  engine?: { outbox: unknown[] }
}

interface BirdWatchObject extends KubeObject {
  spec: Record<string, unknown>
  status?: Status
}

export interface Event {
  type: 'Normal' | 'Warning'
  reason: string
  note: string
  eventTime: string
}

export const apiVersion = 'otomato.link/v1alpha1'
export const kind = 'BirdWatch'
const commandAnnotation = 'otomato.link/command'

/** A BirdWatch as a person uses it: written and commanded by kubectl. */
export class BirdWatch {
  readonly ref: Ref

  constructor(
    readonly environment: Environment,
    readonly namespace: string,
    readonly name: string,
  ) {
    this.ref = { apiVersion, kind, namespace, name }
  }

  async apply(spec: object): Promise<this> {
    const { namespace, name } = this
    await this.#kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion, kind, metadata: { namespace, name }, spec }))
    return this
  }

  async edit(spec: object): Promise<void> {
    await this.#kubectl(['patch', 'bw', this.name, '--type=merge', '-p', JSON.stringify({ spec })])
  }

  /** The way to give a command that every message names. */
  async command(command: string): Promise<void> {
    await this.#kubectl(['annotate', 'bw', this.name, `${commandAnnotation}=${command}`])
  }

  delete(): Promise<void> {
    return this.environment.api.delete(this.ref)
  }

  get(): Promise<BirdWatchObject> {
    return this.environment.api.get<BirdWatchObject>(this.ref)
  }

  async status(): Promise<Status> {
    return (await this.get()).status ?? {}
  }

  /** Resolves with the status once it is as wanted; says what it was when it never is. */
  async until(what: string, wanted: (status: Status) => boolean, options?: WaitOptions): Promise<Status> {
    let last: Status = {}
    const look = async () => {
      last = await this.status()
      return wanted(last) && last
    }
    try {
      return await waitFor(`${this.name}: ${what}`, look, options)
    } catch (error) {
      throw new Error(`${(error as Error).message}; it is ${last.phase} ${last.weight} %: ${last.message}`)
    }
  }

  phase(phase: string, options?: WaitOptions): Promise<Status> {
    return this.until(phase, status => status.phase === phase, options)
  }

  /** Resolves when the canary has this weight or, as steps may be short, more. */
  reaches(least: number): Promise<Status> {
    return this.until(`${least} %`, ({ weight = 0 }) => weight >= least)
  }

  /** Resolves when the command was taken from the resource. */
  async taken(): Promise<void> {
    await waitFor('the annotation to be removed', async () => {
      const { annotations = {} } = (await this.get()).metadata
      return annotations[commandAnnotation] === undefined
    })
  }

  async condition(type: string): Promise<Condition | undefined> {
    return (await this.status()).conditions?.find(condition => condition.type === type)
  }

  /** What the controller told in Kubernetes Events, the oldest first. */
  async events(): Promise<Event[]> {
    const collection = { apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace: this.namespace }
    const all = await this.environment.api.list<KubeObject & Event & { regarding: Ref }>(collection)
    return all
      .filter(({ regarding }) => regarding.kind === kind && regarding.name === this.name)
      .sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
  }

  #kubectl(args: string[], input?: string): Promise<string> {
    return this.environment.kubectl(['-n', this.namespace, ...args], input === undefined ? {} : { input })
  }
}
