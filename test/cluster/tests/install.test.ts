import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type App, type Environment, established, type KubeObject } from '../src/index.js'
import { BirdWatch } from './support/birdwatch.js'
import { chart, type Release, slackToken, test } from './support/chart.js'
import { hurried } from './support/product.js'
import { canaryWeight } from './support/routes.js'

const fullList = {
  'the defaults': {},
  'no Slack, one process': { slackToken: '', replicas: 1 },
  'a Secret of your own': { existingSecret: { name: 'own', key: 'token' } },
  'two namespaces, no resource': { config: { namespaces: ['default', 'kube-public'] }, crds: { install: false } },
  'no election': { replicas: 1, config: { leaderElection: { enabled: false } } },
  'nothing that is permitted by the chart': { rbac: { create: false }, serviceAccount: { create: false, name: 'own' } },
  everything: {
    plugins: { 'quotes.mjs': 'export default () => ({ contract: 1 })' },
    env: [{ name: 'A', value: 'b' }],
    envFrom: [{ secretRef: { name: 'more' } }],
    volumes: [{ name: 'more', secret: { secretName: 'more' } }],
    volumeMounts: [{ name: 'more', mountPath: '/more' }],
    networkPolicy: { from: [{ namespaceSelector: {} }], egress: [{ ports: [{ port: 443 }] }] },
    serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
    prometheusRule: {
      enabled: true,
      labels: { release: 'prometheus' },
      runbookUrl: 'https://wiki.example.org/birdwatch',
    },
    grafanaDashboard: { enabled: true },
    config: { dashboard: { enabled: true, host: '0.0.0.0', hosts: ['birdwatch.example.org'] } },
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { a: 'b' },
    priorityClassName: 'system-cluster-critical',
    imagePullSecrets: [{ name: 'pull' }],
    image: { digest: `sha256:${'0'.repeat(64)}` },
    podLabels: { a: 'b' },
    podAnnotations: { a: 'b' },
    serviceAccount: { annotations: { a: 'b' } },
  },
}

/** The switches that change what objects there are. */
const switches: readonly (readonly [object, object])[] = [
  [{}, { crds: { install: false } }],
  [{}, { rbac: { create: false } }],
  [{}, { config: { namespaces: ['default', 'kube-public'] } }],
  [{}, { replicas: 1 }],
  [{}, { networkPolicy: { enabled: false } }],
  [{}, { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, grafanaDashboard: { enabled: true } }],
]
const combinations = switches.reduce<object[]>(
  (all, [off, on]) =>
    all.flatMap(values => [
      { ...values, ...off },
      { ...values, ...on },
    ]),
  [{}],
)

const clusterScoped = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition']

const render = (release: Release, values: object, helm = release.environment.helm) =>
  helm(['template', release.name, chart, '--namespace', release.namespace, '--values', '-'], {
    input: JSON.stringify(release.values(values)),
  })

const objects = (yaml: string) =>
  parseAllDocuments(yaml).flatMap(document => (document.toJS() as KubeObject | null) ?? [])

const rolesOf = (rendered: KubeObject[]) => JSON.stringify(rendered.filter(({ kind }) => kind.endsWith('Role')))

const watch = (release: Release, app: App, spec: object = {}) =>
  new BirdWatch(release.environment, app.spec.namespace, app.spec.name).apply({ ...hurried(app), ...spec })

/** Ten per cent, and no further. */
const heldAt10 = { traffic_limit: 10, at_limit: 'hold' }

/** What the Prometheus operator would check. */
async function installOperatorCrds({ api, layout }: Environment): Promise<void> {
  const crds = JSON.parse(await readFile(layout.tools.operatorCrds, 'utf8')) as KubeObject[]
  for (const crd of crds) await api.apply(crd)
  for (const crd of crds) await established(api, crd)
}

describe('The chart', () => {
  test('is what the API server accepts where pods must be restricted, with Helm 3 and 4 alike', async ({ release }) => {
    const { kubectl, helm, helm3 } = release.environment
    await installOperatorCrds(release.environment)
    for (const client of [helm, helm3]) await client(['lint', '--strict', chart])
    for (const [what, values] of Object.entries(fullList)) {
      const rendered = await render(release, values)
      expect(objects(await render(release, values, helm3)), what).toEqual(objects(rendered))
      await kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], {
        input: rendered,
      })
    }
  })

  test('is valid in every combination of its main switches', async ({ release }) => {
    await installOperatorCrds(release.environment)
    const seen = new Map<string, KubeObject>()
    for (const values of combinations)
      for (const object of objects(await render(release, values))) seen.set(JSON.stringify(object), object)
    const kinds = new Set([...seen.values()].map(({ kind }) => kind))
    expect([...kinds]).toEqual(expect.arrayContaining(['ServiceMonitor', 'PrometheusRule', 'Role', 'ClusterRole']))
    await release.environment.kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...seen.values()] }),
    })
  })

  test('links its alerts to the page that it is told of', async ({ release }) => {
    const rendered = objects(await render(release, fullList.everything))
    const links = JSON.stringify(rendered.find(({ kind }) => kind === 'PrometheusRule')).match(/https:[^"]*/g) ?? []
    expect(links).toContain('https://wiki.example.org/birdwatch#a-rollout-is-stuck')
    expect(links.filter(link => !link.startsWith('https://wiki.example.org/birdwatch#'))).toEqual([])
  })

  test('refuses what the controller would refuse, by its path', async ({ release }) => {
    const refused = (values: object) => render(release, values).then(String, (error: Error) => error.message)
    await expect(refused({ config: { http: { prot: 1 } } })).resolves.toMatch(/config\/http.*prot/s)
    await expect(refused({ config: { log: { level: 'loud' } } })).resolves.toMatch(/config\/log\/level/)
    await expect(refused({ slackTokn: 'x' })).resolves.toContain('slackTokn')
    await expect(refused({ prometheusUrl: 'prometheus:9090' })).resolves.toContain('prometheusUrl')
    await expect(refused({ replicas: 2, config: { leaderElection: { enabled: false } } })).resolves.toContain(
      'replicas',
    )
  })

  test('keeps to its namespaces, and permits nothing on secrets or pods', async ({ release }) => {
    const kinds = (rendered: KubeObject[]) => rendered.map(({ kind }) => kind)
    const everywhere = objects(await render(release, {}))
    const here = objects(await render(release, fullList['two namespaces, no resource']))
    expect(kinds(everywhere)).toEqual(expect.arrayContaining(clusterScoped))
    for (const kind of clusterScoped) expect(kinds(here)).not.toContain(kind)
    expect(rolesOf(everywhere)).not.toMatch(/"(secrets|pods|\*)"/)
  })

  test('permits nothing on the objects of Istio to another router', async ({ release }) => {
    const router = (type: string) => ({ config: { router: { type } } })
    expect(rolesOf(objects(await render(release, router('istio'))))).toContain('networking.istio.io')
    expect(rolesOf(objects(await render(release, router('/plugins/router.mjs'))))).not.toContain('istio')
  })
})

describe('A release', () => {
  test('is installed by the line of the README, with Helm 3 and 4, and says what comes next', async ({
    environment: { helm, helm3, prometheus },
    release,
  }) => {
    for (const client of [helm, helm3]) {
      const line = ['--set', `slackToken=${slackToken}`, '--set', `prometheusUrl=${prometheus.url}`]
      const controller = await release.install(line, client)
      await controller.waitForLog(({ msg }) => msg === 'provider reached')
      await expect(release.test(client)).resolves.toMatch(/\/readyz: ok$/m)
      expect(release.output).toMatch(
        /asks http:\/\/127\.0\.0\.1:\d+ for metrics.*Slack channel #birdwatch.*rollout status/s,
      )
      await release.uninstall([], client)
      release.output = ''
    }
  })

  test('carries a rollout over upgrade, uninstall and a new installation', async ({
    environment,
    namespace,
    deploy,
    release,
    slack,
  }) => {
    const app = await deploy()
    const mark = await environment.audit.mark()
    const first = await release.deploy('install', release.values())
    await first.waitForLog(({ msg }) => msg === 'ready to act')
    await expect(release.test()).resolves.toMatch(/\/readyz: ok$/m)
    const birdWatch = await watch(release, app, heldAt10)
    await birdWatch.phase('Holding')

    // An upgrade: other pods, the same rollout.
    const second = await release.deploy('upgrade', release.values({ config: { log: { level: 'debug' } } }))
    await first.terminate()
    await second.waitForLog(({ msg }) => msg === 'ready to act')
    await birdWatch.edit({ traffic_limit: 20 })
    await birdWatch.reaches(20)
    expect((await birdWatch.status()).history ?? []).toEqual([])

    // Gone without the hook, which is said to leave everything as it is: the next installation goes on from there.
    await release.uninstall(['--no-hooks'], environment.helm3)
    await expect(canaryWeight(app)).resolves.toBe(20)
    const third = await release.deploy('install', release.values(), environment.helm3)
    await third.waitForLog(({ msg }) => msg === 'ready to act')
    await birdWatch.edit({ traffic_limit: 30 })
    await birdWatch.reaches(30)

    // Gone as usual: nothing is left on a canary that nobody watches, and nothing can not be deleted.
    const said = await release.uninstall()
    expect(said).toContain(`${namespace}/aleph: abort`)
    await expect(canaryWeight(app)).resolves.toBe(0)
    const { metadata, status } = (await birdWatch.get()) as KubeObject & { status: { phase: string } }
    expect(status.phase).toBe('RolledBack')
    expect(metadata.finalizers ?? []).toEqual([])

    // And again: a person has it go on.
    const fourth = await release.deploy('install', release.values(), environment.helm3)
    await fourth.waitForLog(({ msg }) => msg === 'ready to act')
    await birdWatch.edit({ traffic_limit: 100, at_limit: 'promote', increment: 10 })
    await birdWatch.command('retry')
    await birdWatch.phase('Promoted')
    expect(slack.calls.every(({ token }) => token === slackToken)).toBe(true)
    expect(slack.calls.length).toBeGreaterThan(0)

    const used = (await environment.audit.since(mark, { user: release.user })).map(
      ({ verb, group, resource, subresource }) => `${verb} ${group}/${resource}${subresource && `/${subresource}`}`,
    )
    expect(permitted.filter(permission => ![...used, ...seldomUsed].includes(permission))).toEqual([])
    expect([...new Set(used)].filter(permission => !permitted.includes(permission))).toEqual([])

    await expectNoToken(release, birdWatch)
  })
})

/** What the ClusterRole and the Role of the chart permit. */
const permitted = [
  ...['get', 'list', 'watch', 'patch'].map(verb => `${verb} otomato.link/birdwatches`),
  'patch otomato.link/birdwatches/status',
  ...['get', 'list', 'watch', 'patch'].flatMap(verb =>
    ['virtualservices', 'destinationrules'].map(resource => `${verb} networking.istio.io/${resource}`),
  ),
  ...['list', 'watch'].flatMap(verb => [`${verb} apps/deployments`, `${verb} /services`]),
  'create /events',
  ...['get', 'create', 'update'].map(verb => `${verb} coordination.k8s.io/leases`),
]
/** Only read when somebody else has written the resource at the same moment. */
const seldomUsed = ['get otomato.link/birdwatches']

/** The token is in the Secret and in what Slack is sent, and nowhere else. */
async function expectNoToken(release: Release, birdWatch: BirdWatch): Promise<void> {
  const { environment, namespace } = release
  const kinds = 'configmaps,deployments,replicasets,pods,events,leases.coordination.k8s.io,jobs'
  const left = await Promise.all([
    environment.kubectl(['get', kinds, '-n', namespace, '-o', 'json']),
    environment.kubectl(['get', 'bw,events', '-n', birdWatch.namespace, '-o', 'json']),
    environment.helm(['get', 'notes', release.name, '-n', namespace]),
    environment.helm(['get', 'manifest', release.name, '-n', namespace]),
    ...release.controllers.map(async controller => JSON.stringify(controller.logs())),
    ...release.controllers.map(async controller => JSON.stringify(controller.options.args)),
  ])
  const encoded = Buffer.from(slackToken).toString('base64')
  for (const text of [...left, release.output]) expect(text).not.toContain(slackToken)
  for (const text of [...left.slice(0, 3), ...left.slice(4)]) expect(text).not.toContain(encoded)
}
