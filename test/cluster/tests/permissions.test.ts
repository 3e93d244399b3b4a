import { describe, expect } from 'vitest'
import type { App, ControllerProcess, KubeObject, LogLine, Ref } from '../src/index.js'
import { App as Application } from '../src/index.js'
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

const clusterRole = ({ name }: Release): Ref => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  name,
})
const leaseRole = ({ name, namespace }: Release): Ref => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  namespace,
  name: `${name}-lease`,
})

/** What is taken away, and the condition that then tells of it, where one can be written. */
const permissions: { resource: string; verbs: string[]; role?: typeof clusterRole; condition?: string }[] = [
  { resource: 'birdwatches', verbs: ['list', 'watch'] },
  { resource: 'birdwatches', verbs: ['patch'] },
  { resource: 'birdwatches/status', verbs: ['patch'] },
  { resource: 'virtualservices', verbs: ['list', 'watch'] },
  { resource: 'virtualservices', verbs: ['patch'], condition: 'Degraded' },
  { resource: 'destinationrules', verbs: ['list', 'watch'] },
  { resource: 'destinationrules', verbs: ['patch'], condition: 'Degraded' },
  { resource: 'deployments', verbs: ['list', 'watch'] },
  { resource: 'services', verbs: ['list', 'watch'] },
  { resource: 'events', verbs: ['create'] },
  { resource: 'leases', verbs: ['create', 'get', 'update'], role: leaseRole },
]

const without = (rules: Rule[], resource: string, verbs: string[]): Rule[] =>
  rules.flatMap(rule => {
    if (!rule.resources.includes(resource)) return [rule]
    const others = rule.resources.filter(other => other !== resource)
    const left = rule.verbs.filter(verb => !verbs.includes(verb))
    return [
      ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
      ...(left.length > 0 ? [{ ...rule, resources: [resource], verbs: left }] : []),
    ]
  })

const plain = (resource: string) => resource.split('/')[0] ?? resource

const wordsOf = ({ error, message }: LogLine) => String(error ?? message)

const tellsOf = (resource: string) => (line: LogLine) =>
  /forbidden|403/i.test(wordsOf(line)) && JSON.stringify(line).includes(plain(resource))

/** All traffic on production, and a canary subset that has yet to be pointed at its version. */
async function reset(app: App, birdWatch: BirdWatch): Promise<void> {
  const { api } = app.environment
  const found = await api.find(birdWatch.ref)
  if (found?.metadata.finalizers) await api.merge(birdWatch.ref, { metadata: { finalizers: null } })
  await api.delete(birdWatch.ref)
  await app.shift(0)
  await api.patch(app.destinationRule, [{ op: 'replace', path: '/spec/subsets/1/labels/version', value: 'v03' }])
}

async function restarted(release: Release): Promise<ControllerProcess> {
  await release.stopAll()
  return release.start()
}

describe('Each permission of the chart', () => {
  test('is missed when it is taken away: the log names it, nothing crashes, and it goes on when it is back', async ({
    environment: { api },
    deploy,
    release,
  }) => {
    const app = await deploy()
    await release.deploy('install', release.values())
    const birdWatch = new BirdWatch(app.environment, app.spec.namespace, app.spec.name)
    for (const { resource, verbs, role = clusterRole, condition } of permissions) {
      await release.stopAll()
      await reset(app, birdWatch)
      const { rules } = await api.get<Role>(role(release))
      await api.merge(role(release), { rules: without(rules, resource, verbs) })
      const controller = await restarted(release)
      await birdWatch.apply({ ...hurried(app), traffic_limit: 20, at_limit: 'hold' })

      await controller.waitForLog(tellsOf(resource))
      if (condition !== undefined)
        await birdWatch.until(condition, ({ conditions = [] }) =>
          conditions.some(
            ({ type, status, message }) => type === condition && status === 'True' && /403|forbidden/i.test(message),
          ),
        )
      expect(await controller.running()).toBe(true)

      await api.merge(role(release), { rules })
      await birdWatch.reaches(10)
    }
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
