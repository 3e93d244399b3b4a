import { describe, expect } from 'vitest'
import { type App, App as Application, type KubeObject, type Ref, waitFor } from '../src/index.js'
import { BirdWatch } from './support/birdwatch.js'
import { type Release, test } from './support/chart.js'
import { hurried } from './support/product.js'
import { canaryWeight } from './support/routes.js'

interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}
interface Role extends KubeObject {
  rules: Rule[]
}
/** What is taken away. */
interface Permission {
  resource: string
  verbs: string[]
}

const rbac = 'rbac.authorization.k8s.io/v1'
const clusterRole = ({ name }: Release): Ref => ({ apiVersion: rbac, kind: 'ClusterRole', name })
const leaseRole = ({ name, namespace }: Release): Ref => ({
  apiVersion: rbac,
  kind: 'Role',
  namespace,
  name: `${name}-lease`,
})

const istio = ['virtualservices', 'destinationrules']
const reading = ['list', 'watch']

/** What it takes to act: without it nobody can write a condition either. */
const toAct: Permission[] = [
  { resource: 'birdwatches', verbs: ['list'] },
  { resource: 'birdwatches/status', verbs: ['patch'] },
  ...['create', 'get', 'update'].map(verb => ({ resource: 'leases', verbs: [verb] })),
]
/** Everything else, each verb by itself. */
const verbs: Permission[] = [
  ...['get', 'watch', 'patch'].map(verb => ({ resource: 'birdwatches', verbs: [verb] })),
  ...istio.flatMap(resource => ['get', ...reading, 'patch'].map(verb => ({ resource, verbs: [verb] }))),
  ...['deployments', 'services'].flatMap(resource => reading.map(verb => ({ resource, verbs: [verb] }))),
  { resource: 'events', verbs: ['create'] },
]
/** The same by rule. */
const rules: Permission[] = [
  { resource: 'birdwatches', verbs: [...reading, 'get', 'patch'] },
  { resource: 'birdwatches/status', verbs: ['patch'] },
  ...istio.map(resource => ({ resource, verbs: [...reading, 'get', 'patch'] })),
  ...['deployments', 'services'].map(resource => ({ resource, verbs: reading })),
  { resource: 'events', verbs: ['create'] },
]

const lease: Permission = { resource: 'leases', verbs: ['get', 'update'] }
const needed = [...toAct, ...rules.slice(0, 2), lease]

const without = (all: Rule[], { resource, verbs: taken }: Permission): Rule[] =>
  all.flatMap(rule => {
    if (!rule.resources.includes(resource)) return [rule]
    const others = rule.resources.filter(other => other !== resource)
    const left = rule.verbs.filter(verb => !taken.includes(verb))
    return [
      ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
      ...(left.length > 0 ? [{ ...rule, resources: [resource], verbs: left }] : []),
    ]
  })

/** All traffic on production, and a canary subset that has yet to be pointed at its version. */
async function reset(app: App, birdWatch: BirdWatch): Promise<void> {
  const { api } = app.environment
  const found = await api.find(birdWatch.ref)
  if (found?.metadata.finalizers) await api.merge(birdWatch.ref, { metadata: { finalizers: null } })
  await api.delete(birdWatch.ref)
  await app.shift(0)
  await api.patch(app.destinationRule, [{ op: 'replace', path: '/spec/subsets/1/labels/version', value: 'v03' }])
}

/** Saves as another process would: only then the controller reads a BirdWatch anew. */
async function overtake(app: App, birdWatch: BirdWatch): Promise<void> {
  const { engine } = await birdWatch.until('a first save', status => status.engine !== undefined)
  const status = { engine: { rev: (engine as unknown as { rev: number }).rev + 1000 } }
  await app.environment.api.merge(birdWatch.ref, { status }, { subresource: 'status' })
}

class Trial {
  readonly birdWatch: BirdWatch

  constructor(
    readonly app: App,
    readonly release: Release,
  ) {
    this.birdWatch = new BirdWatch(app.environment, app.spec.namespace, app.spec.name)
  }

  /** Takes a permission away, shows where it is missed, gives it back, and sees the rollout go on. */
  async miss(taken: Permission, role: Ref): Promise<void> {
    const { app, release, birdWatch } = this
    const { api } = app.environment
    await release.stopAll()
    await reset(app, birdWatch)
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: release.namespace,
      name: release.name,
    }
    if (taken.verbs.includes('create')) await api.delete(lease)
    const { rules: all } = await api.get<Role>(role)
    await api.merge(role, { rules: without(all, taken) })
    await birdWatch.apply({ ...hurried(app), traffic_limit: 20, at_limit: 'hold' })
    const controller = await release.start()
    if (taken.resource === 'birdwatches' && taken.verbs.every(verb => verb === 'get')) await overtake(app, birdWatch)

    const name = `${taken.verbs.join(', ')} ${taken.resource}`
    const words = taken.verbs.map(verb => `cannot ${verb} resource "${taken.resource}"`)
    await controller.waitForLog(line =>
      words.some(text => JSON.stringify(line).includes(JSON.stringify(text).slice(1, -1))),
    )
    await waitFor(`${name} at /readyz and /metrics`, async () => {
      const [ready, metrics] = await Promise.all(['/readyz', '/metrics'].map(path => this.#get(path)))
      const named = (verb: string) =>
        ready?.includes(`${verb} ${taken.resource}`) &&
        metrics?.includes(`birdwatch_permission_missing{verb="${verb}",resource="${taken.resource}"} 1`)
      return /not permitted: /.test(ready ?? '') && taken.verbs.some(named)
    })
    if (!needed.some(one => one === taken))
      await birdWatch.until(`${name} in a condition`, ({ conditions = [] }) =>
        conditions.some(
          ({ type, status, message }) =>
            type === 'Degraded' && status === 'True' && /\bcannot \w+ resource\b/.test(message),
        ),
      )
    expect(await controller.running()).toBe(true)

    await api.merge(role, { rules: all })
    await birdWatch.reaches(10)
  }

  async #get(path: string): Promise<string> {
    return (await fetch(`${await this.release.url()}${path}`)).text()
  }
}

describe('Each permission of the chart', () => {
  test('is missed, verb by verb, in log, metric and /readyz, and in a condition where one can be written; nothing crashes', async ({
    deploy,
    release,
  }) => {
    const trial = new Trial(await deploy(), release)
    await release.deploy('install', release.values())
    for (const taken of [...toAct, ...verbs])
      await trial.miss(taken, taken.resource === 'leases' ? leaseRole(release) : clusterRole(release))
  }, 900_000)

  test('is missed, rule by rule, where Roles of single namespaces carry it', async ({ namespace, deploy, release }) => {
    const trial = new Trial(await deploy(), release)
    await release.deploy('install', release.values({ config: { namespaces: [namespace] } }))
    const role: Ref = { apiVersion: rbac, kind: 'Role', namespace, name: release.name }
    for (const taken of rules) await trial.miss(taken, role)
    await trial.miss(lease, leaseRole(release))
  }, 600_000)
})

describe('In the namespaces that the chart is given', () => {
  test('a rollout works by Roles alone, and nothing else is touched', async ({
    environment,
    namespace,
    deploy,
    release,
  }) => {
    const app = await deploy()
    const aside = `${namespace}-aside`
    await environment.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: aside } })
    const elsewhere = await Application.deploy(environment, { namespace: aside })
    await release.deploy('install', release.values({ config: { namespaces: [namespace] } }))
    const mark = await environment.audit.mark()
    const other = await new BirdWatch(environment, aside, 'aleph').apply(hurried(elsewhere))
    const birdWatch = await new BirdWatch(environment, namespace, 'aleph').apply(hurried(app))

    await birdWatch.phase('Promoted')

    expect((await other.status()).phase).toBeUndefined()
    await expect(canaryWeight(elsewhere)).resolves.toBe(0)
    const seen = await environment.audit.since(mark, { user: release.user })
    const outside = seen.filter(entry => entry.namespace !== namespace && entry.resource !== 'leases')
    expect(outside.filter(({ resource }) => resource !== '')).toEqual([])
    expect(seen.filter(({ code }) => code === 403)).toEqual([])
    await other.delete()
    await environment.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: aside })
  })
})
