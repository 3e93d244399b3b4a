import { crd } from '@birdwatch/controller'
import type { RolloutState } from '@birdwatch/core'
import { type ApiAnswer, ApiMachine, type ApiRequest, isWatch, type KubeObject } from '@birdwatch/playground'
import type { RolloutStory } from '../story/story.js'
import type { Timeline } from '../time/timeline.js'

export const namespace = 'shop'
/** Of every rollout's application. */
export const versions = ['v1', 'v2', 'v3'] as const
const services = `/api/v1/namespaces/${namespace}/services`
export const kinds = {
  BirdWatch: 'otomato.link/v1alpha1/birdwatches',
  VirtualService: 'networking.istio.io/v1/virtualservices',
  DestinationRule: 'networking.istio.io/v1/destinationrules',
  Deployment: 'apps/v1/deployments',
} as const
export type Kind = keyof typeof kinds

/** Who wrote, what there was before, and what there is now; undefined when there was or is nothing. */
export interface Write {
  readonly by: string
  readonly kind: Kind
  readonly name: string
  readonly before: KubeObject | undefined
  readonly after: KubeObject | undefined
}

export interface BirdWatchObject extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>> & { readonly interval: number }
  readonly status?: { readonly phase: string; readonly weight: number; readonly engine: RolloutState }
}

export interface Destination {
  readonly destination: { readonly host: string; readonly subset: string }
  readonly weight?: number
}

const commandKey = 'otomato.link/command'
const birdWatchCrd = crd()
const pathOf = (kind: Kind, name?: string) => {
  const [group, version, plural] = kinds[kind].split('/')
  return `/apis/${group}/${version}/namespaces/${namespace}/${plural}${name === undefined ? '' : `/${name}`}`
}
const secondSubset = (sum: number) =>
  sum === 100 ? [] : [{ destination: { host: 'other', subset: 'any' }, weight: 100 - sum }]

/** A Kubernetes API with services to roll out, and the hands of people in it. It tells of every write as it happens. */
export class Cluster {
  readonly machine: ApiMachine
  readonly #listeners: ((write: Write) => void)[] = []
  /** What was read, until it is written. */
  readonly #known = new Map<string, KubeObject>()

  constructor(timeline: Pick<Timeline, 'now' | 'sleep'>, definition: object = birdWatchCrd) {
    let uids = 0
    const clock = { now: () => timeline.now, sleep: (ms: number) => timeline.sleep(ms) }
    this.machine = new ApiMachine({ crds: [definition], clock, newUid: () => `uid-${++uids}`, historyLimit: 200 })
    this.#do('setup', 'POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
  }

  onWrite(listener: (write: Write) => void): void {
    this.#listeners.push(listener)
  }

  /** Carries out a request of `by`. */
  handle(by: string, request: ApiRequest): ApiAnswer {
    const target = request.method === 'GET' ? undefined : targetOf(request.url)
    if (target === undefined) return this.machine.handle(request)
    const before = this.get(target.kind, target.name)
    const answer = this.machine.handle(request)
    this.#known.delete(`${target.kind}/${target.name}`)
    const after = this.get(target.kind, target.name)
    if (before !== after) for (const listener of this.#listeners) listener({ by, ...target, before, after })
    return answer
  }

  get<T extends KubeObject = KubeObject>(kind: Kind, name: string): T | undefined {
    const key = `${kind}/${name}`
    const known = this.#known.get(key) ?? this.#read(pathOf(kind, name))
    if (known !== undefined) this.#known.set(key, known)
    return known as T | undefined
  }

  #read(url: string): KubeObject | undefined {
    const answer = this.machine.handle({ method: 'GET', url })
    return !isWatch(answer) && answer.status === 200 ? (answer.body as KubeObject) : undefined
  }

  state(name: string): RolloutState | undefined {
    return this.get<BirdWatchObject>('BirdWatch', name)?.status?.engine
  }

  /** The canary's part of what both destinations hold, as it stands in the route. */
  canary(name: string): number {
    return canaryOf(this.get('VirtualService', name))
  }

  versions(name: string): { production: string; canary: string } {
    return versionsOf(this.get('DestinationRule', name) as KubeObject)
  }

  available(name: string, version: string): number {
    const deployment = this.get('Deployment', `${name}-${version}`) as
      | { status?: { availableReplicas?: number } }
      | undefined
    return deployment?.status?.availableReplicas ?? 0
  }

  /** Everything that a rollout needs, and the BirdWatch. */
  addRollout(name: string, { spec, sum }: RolloutStory): void {
    const metadata = { name }
    const create = (path: string, body: object) => this.#do('setup', 'POST', path, body)
    create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    })
    for (const version of versions) this.#addDeployment(name, version)
    const subsets = ['production', 'canary'].map(subset => ({ name: subset, labels: { version: 'v1' } }))
    create(pathOf('DestinationRule'), {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata,
      spec: { host: name, subsets: [...subsets, { name: 'other', labels: { version: 'v9' } }] },
    })
    const pinned = {
      name: 'pinned',
      match: [{ headers: { x: { exact: 'y' } } }],
      route: [{ destination: { host: name, subset: 'production' } }],
    }
    const shared = {
      name: 'shared',
      route: [
        { destination: { host: name, subset: 'production' }, weight: sum },
        { destination: { host: name, subset: 'canary' }, weight: 0 },
        ...secondSubset(sum),
      ],
    }
    create(pathOf('VirtualService'), {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata,
      spec: { hosts: [name], http: [pinned, shared] },
    })
    create(pathOf('BirdWatch'), {
      apiVersion: 'otomato.link/v1alpha1',
      kind: 'BirdWatch',
      metadata,
      spec: {
        ...spec,
        service: name,
        canary_version: 'v2',
        metric: `errors of ${name}`,
        deviation: 5,
        no_data: 'hold',
      },
    })
  }

  command(name: string, command: string): void {
    this.merge('kubectl', 'BirdWatch', name, { metadata: { annotations: { [commandKey]: command } } })
  }

  edit(name: string, spec: object): void {
    this.merge('kubectl', 'BirdWatch', name, { spec })
  }

  /** Somebody gives the canary this percentage. */
  setWeight(name: string, percent: number): void {
    const { http } = (this.get('VirtualService', name) as unknown as { spec: { http: { route: Destination[] }[] } })
      .spec
    const route = http[1]?.route as [Destination, Destination, ...Destination[]]
    const sum = (route[0].weight ?? 0) + (route[1].weight ?? 0)
    const canary = Math.floor((sum * percent) / 100)
    const [production, other, ...rest] = route
    const changed = [{ ...production, weight: sum - canary }, { ...other, weight: canary }, ...rest]
    this.merge('kubectl', 'VirtualService', name, { spec: { http: [http[0], { ...http[1], route: changed }] } })
  }

  setLabel(name: string, subset: string, version: string): void {
    const rule = this.get('DestinationRule', name) as unknown as { spec: { subsets: { name: string }[] } }
    const subsets = rule.spec.subsets.map(s => (s.name === subset ? { ...s, labels: { version } } : s))
    this.merge('kubectl', 'DestinationRule', name, { spec: { subsets } })
  }

  setPods(name: string, version: string, available: number): void {
    const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: available }
    this.merge('kube-controller-manager', 'Deployment', `${name}-${version}`, { status }, '/status')
  }

  annotate(kind: Kind, name: string, value: string): void {
    this.merge('argocd', kind, name, { metadata: { annotations: { note: value } } })
  }

  /** Puts an object in the place of what is there; false when the API server refuses it. */
  replace(kind: Kind, name: string, object: object): boolean {
    return this.#do('kubectl', 'PUT', pathOf(kind, name), object) < 400
  }

  delete(name: string): void {
    this.#do('kubectl', 'DELETE', pathOf('BirdWatch', name))
  }

  /** Takes away the objects of rollouts that were deleted, and all Events, whose time is over. */
  clear(names: readonly string[]): void {
    const events = `/api/v1/namespaces/${namespace}/events`
    this.#do('setup', 'DELETE', events)
    for (const name of names) {
      for (const version of versions) this.#do('setup', 'DELETE', pathOf('Deployment', `${name}-${version}`))
      this.#do('setup', 'DELETE', pathOf('VirtualService', name))
      this.#do('setup', 'DELETE', pathOf('DestinationRule', name))
      this.#do('setup', 'DELETE', `${services}/${name}`)
    }
    this.machine.compact()
    this.#known.clear()
  }

  private merge(by: string, kind: Kind, name: string, body: object, subresource = ''): void {
    this.#do(by, 'PATCH', `${pathOf(kind, name)}${subresource}`, body, 'application/merge-patch+json')
  }

  #addDeployment(name: string, version: string): void {
    const labels = { app: name, version }
    this.#do('setup', 'POST', pathOf('Deployment'), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `${name}-${version}`, annotations: { 'deployment.kubernetes.io/revision': '1' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } },
      },
    })
    this.setPods(name, version, 2)
  }

  /** What people do to something that is gone is refused, and that is all. */
  #do(by: string, method: string, url: string, body?: object, type = 'application/json'): number {
    const answer = this.handle(by, { method, url, headers: { 'user-agent': by, 'content-type': type }, body })
    if (by === 'setup' && answer.status >= 400) throw new Error(JSON.stringify((answer as { body: unknown }).body))
    return answer.status
  }
}

function targetOf(url: string): { kind: Kind; name: string } | undefined {
  const [, , group, version, , , plural, name] = url.replace(/\?.*/, '').split('/')
  const kind = (Object.keys(kinds) as Kind[]).find(k => kinds[k] === `${group}/${version}/${plural}`)
  return kind === undefined || name === undefined ? undefined : { kind, name }
}

export function destinationsOf(virtualService: KubeObject | undefined): readonly Destination[] {
  const { http = [] } = (virtualService?.spec ?? {}) as { http?: { route: Destination[] }[] }
  return http[1]?.route ?? []
}

/** The command that waits to be carried out. */
export const commandOf = (birdWatch: KubeObject | undefined): string | undefined =>
  birdWatch?.metadata.annotations?.[commandKey]

export const canaryOf = (virtualService: KubeObject | undefined): number =>
  destinationsOf(virtualService).find(({ destination }) => destination.subset === 'canary')?.weight ?? 0

export function versionsOf(rule: KubeObject): { production: string; canary: string } {
  const { subsets } = rule.spec as { subsets: { labels: { version: string } }[] }
  return { production: subsets[0]?.labels.version ?? '', canary: subsets[1]?.labels.version ?? '' }
}
