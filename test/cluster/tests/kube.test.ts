import {
  type Client,
  createClient,
  type KubeErrorCode,
  type KubeObject,
  LeaseElection,
  Reflector,
  resourcePath,
  Store,
} from '@birdwatch/kube'
import { describe, expect } from 'vitest'
import { test as clusterTest, waitFor } from '../src/index.js'

interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

const test = clusterTest.extend<{ client: Client; another: Client; path: string }>({
  client: async ({ environment }, use) => {
    const client = createClient({ kubeconfigPath: environment.kubeconfig, userAgent: 'kube-test/1' })
    await use(client)
    client.close()
  },
  another: async ({ environment }, use) => {
    const client = createClient({ kubeconfigPath: environment.kubeconfig, userAgent: 'kube-test/2' })
    await use(client)
    client.close()
  },
  path: async ({ namespace }, use) => use(resourcePath({ group: '', version: 'v1', plural: 'configmaps', namespace })),
})

describe('A reflector', () => {
  test('keeps its store equal to the server through a restart of the API server', async ({
    environment,
    client,
    path,
  }) => {
    const store = new Store({ project: ({ data }: ConfigMap) => data?.colour })
    const stop = new AbortController()
    const running = new Reflector<ConfigMap, string | undefined>({ client, path, store }).run(stop.signal)
    const colours = () => store.list().sort()
    await client.create(path, configMap('a', { colour: 'blue' }))
    await client.create(path, configMap('b', { colour: 'red' }))
    await waitFor('both to be seen', () => colours().join() === 'blue,red')

    await environment.kill('apiserver')
    await environment.start('apiserver')

    const write = (request: () => Promise<unknown>) =>
      waitFor('a write to be accepted', () => request().then(() => true))
    await write(() => client.patch(`${path}/a`, { data: { colour: 'green' } }, { type: 'merge' }))
    await write(() => client.delete(`${path}/b`))
    await waitFor('the changes to be seen', () => colours().join() === 'green')
    stop.abort()
    await running
  })
})

describe('Of two candidates for a Lease', () => {
  const timing = { name: 'the-one', leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 200 }

  test('one leads at any time, and the other takes over when it ends', async ({ namespace, client, another }) => {
    const leading = new Set<string>()
    const terms: [identity: string, transitions: number, leaders: number][] = []
    const candidate = (identity: string, through: Client) =>
      new LeaseElection({
        ...timing,
        client: through,
        namespace,
        identity,
        onStarted({ transitions }) {
          leading.add(identity)
          terms.push([identity, transitions, leading.size])
        },
        onStopped: () => leading.delete(identity),
      })
    const [first, second] = [candidate('first', client), candidate('second', another)]
    const [ending, stopping] = [new AbortController(), new AbortController()]
    const running = [first.run(ending.signal)]
    await waitFor('the first to lead', () => first.isLeader())
    running.push(second.run(stopping.signal))

    ending.abort()
    await waitFor('the second to lead', () => second.isLeader())

    stopping.abort()
    await Promise.all(running)
    expect(terms).toEqual([
      ['first', 0, 1],
      ['second', 1, 1],
    ])
  })

  test('the other takes over when the one falls silent, and never before it has ended', async ({
    namespace,
    client,
    another,
  }) => {
    const [silence, stopping] = [new AbortController(), new AbortController()]
    const cut = <O extends object>(options?: O) =>
      ({ ...options, ...(silence.signal.aborted ? { signal: silence.signal } : {}) }) as O
    const muted: Pick<Client, 'get' | 'create' | 'replace'> = {
      get: (path, options) => client.get(path, cut(options)),
      create: (path, body, options) => client.create(path, body, cut(options)),
      replace: (path, body, options) => client.replace(path, body, cut(options)),
    }
    const one = new LeaseElection({ ...timing, client: muted, namespace, identity: 'one' })
    const other = new LeaseElection({ ...timing, client: another, namespace, identity: 'other' })
    const running = [one.run(stopping.signal)]
    await waitFor('the one to lead', () => one.isLeader())
    running.push(other.run(stopping.signal))
    const together: boolean[] = []

    silence.abort()
    await waitFor('the other to lead', () => {
      together.push(one.isLeader() && other.isLeader())
      return other.isLeader()
    })

    expect(together).not.toContain(true)
    stopping.abort()
    await Promise.all(running)
  })
})

describe('The API server', () => {
  const rejected = (request: Promise<unknown>, code: KubeErrorCode) => expect(request).rejects.toMatchObject({ code })

  test('answers a stale resourceVersion with KUBE_CONFLICT, in a JSON patch and in a merge patch', async ({
    client,
    path,
  }) => {
    await client.create(path, configMap('a'))
    const stale = { op: 'replace', path: '/metadata/resourceVersion', value: '1' }

    await rejected(client.patch(`${path}/a`, [stale], { type: 'json' }), 'KUBE_CONFLICT')
    await rejected(
      client.patch(`${path}/a`, { metadata: { resourceVersion: '1' } }, { type: 'merge' }),
      'KUBE_CONFLICT',
    )
  })

  test('answers a failed test and a missing path of a JSON patch with KUBE_INVALID', async ({ client, path }) => {
    await client.create(path, configMap('a', { colour: 'blue' }))
    const patch = (operation: object) => client.patch(`${path}/a`, [operation], { type: 'json' })

    await rejected(patch({ op: 'test', path: '/data/colour', value: 'red' }), 'KUBE_INVALID')
    await rejected(patch({ op: 'remove', path: '/data/size' }), 'KUBE_INVALID')
  })

  test('names the field of a value that the schema refuses', async ({ client, path }) => {
    const refused = client.create(path, { ...configMap('a'), metadata: { name: 'Not a name' } })

    await expect(refused).rejects.toMatchObject({ code: 'KUBE_INVALID', causes: [{ field: 'metadata.name' }] })
  })

  test('answers what there is already, and what there is not, with codes of their own', async ({ client, path }) => {
    await client.create(path, configMap('a'))

    await rejected(client.create(path, configMap('a')), 'KUBE_ALREADY_EXISTS')
    await rejected(client.get(`${path}/b`), 'KUBE_NOT_FOUND')
  })

  test('answers a watch from a version that it has forgotten with KUBE_GONE', async ({ client, path }) => {
    const watched = client.watch(path, { resourceVersion: '1' })[Symbol.asyncIterator]().next()

    await rejected(watched, 'KUBE_GONE')
  })

  test('answers what RBAC does not allow with KUBE_FORBIDDEN', async ({ environment, namespace, path }) => {
    await environment.api.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace, name: 'nobody' },
    })
    const kubeconfigPath = await environment.kubeconfigFor(namespace, 'nobody')
    const client = createClient({ kubeconfigPath, userAgent: 'kube-test/3' })

    await rejected(client.list(path), 'KUBE_FORBIDDEN')
    client.close()
  })
})
