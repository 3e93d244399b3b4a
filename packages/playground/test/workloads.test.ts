import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { LocalApi } from '../src/api/local.js'
import { ApiMachine } from '../src/api/machine.js'
import type { KubeObject } from '../src/api/object.js'
import { dig } from '../src/json.js'
import { startWorkloads } from '../src/workloads/workloads.js'
import { deployment, paths, type VersionOptions } from './support/app.js'
import { until } from './support/until.js'

const name = 'aleph-v1'
const path = `${paths.deployments}/${name}`

function start() {
  const machine = new ApiMachine()
  const workloads = startWorkloads(machine, { drainMs: 50 })
  onTestFinished(() => workloads.stop())
  const api = new LocalApi(machine, 'test')
  const status = (field: string) => Number(dig(api.get(path), 'status', field) ?? 0)
  return {
    api,
    workloads,
    status,
    pods: () => api.list(paths.pods).filter(({ metadata }) => metadata.deletionTimestamp === undefined),
    deploy: async (options: VersionOptions = {}) => {
      api.create(paths.deployments, deployment('aleph', 'v1', options))
      await until(() => status('availableReplicas') === (options.replicas ?? 1))
    },
    condition: (type: string) => {
      const conditions = (dig(api.get(path), 'status', 'conditions') ?? []) as {
        type: string
        status: string
        reason: string
      }[]
      return conditions.find(condition => condition.type === type)
    },
  }
}

const urlOf = (pod: KubeObject | undefined) =>
  `http://${pod?.metadata.annotations?.['playground.otomato.link/address']}/`

/** Whether something still listens there. */
const answers = (url: string) =>
  fetch(url).then(
    response => response.arrayBuffer().then(() => true),
    () => false,
  )

test('each replica is a process of its own that answers with its version', async () => {
  const { deploy, pods } = start()
  await deploy({ replicas: 2 })
  const responses = await Promise.all(pods().map(pod => fetch(urlOf(pod))))
  const bodies = await Promise.all(responses.map(response => response.json()))
  expect(new Set(pods().map(urlOf)).size).toBe(2)
  expect(responses.map(({ headers }) => headers.get('x-version'))).toEqual(['v1', 'v1'])
  expect(bodies).toEqual(pods().map(({ metadata }) => ({ version: 'v1', pod: metadata.name })))
})

test('the status of the Deployment and of its pods is what Kubernetes would write', async () => {
  const { api, deploy, pods } = start()
  await deploy({ replicas: 2 })
  expect(api.get(path)).toMatchObject({
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } },
    status: {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ],
    },
  })
  expect(pods()[0]).toMatchObject({
    metadata: { labels: { app: 'aleph', version: 'v1' }, ownerReferences: [{ kind: 'Deployment', name }] },
    status: {
      phase: 'Running',
      podIP: '127.0.0.1',
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0 }],
    },
  })
})

test('nothing is written while nothing changes', async () => {
  const { api, deploy } = start()
  await deploy()
  const { metadata } = api.get(path) as KubeObject
  api.merge('/api/v1/namespaces/default', { metadata: { labels: { a: 'b' } } })
  await new Promise(resolve => setImmediate(resolve))
  expect(api.get(path)?.metadata.resourceVersion).toBe(metadata.resourceVersion)
})

test('errors and latency are turned live, by annotations of the Deployment, without new pods', async () => {
  const { api, deploy, pods } = start()
  await deploy()
  const [before] = pods()
  api.merge(path, { metadata: { annotations: { 'playground.otomato.link/error-rate': '1' } } })
  await until(async () => (await fetch(urlOf(before))).status === 500)
  api.merge(path, { metadata: { annotations: { 'playground.otomato.link/error-rate': null } } })
  await until(async () => (await fetch(urlOf(before))).status === 200)
  expect(pods()[0]?.metadata.uid).toBe(before?.metadata.uid)
  expect(dig(api.get(path), 'metadata', 'annotations', 'deployment.kubernetes.io/revision')).toBe('1')
})

test('they can also be set in the template, as environment', async () => {
  const { deploy, pods } = start()
  await deploy({ env: { ERROR_RATE: '1', LATENCY_MS: '0' } })
  expect((await fetch(urlOf(pods()[0]))).status).toBe(500)
})

test('a pod that is told not to be ready is not available any more', async () => {
  const { api, deploy, status, condition } = start()
  await deploy()
  api.merge(path, { metadata: { annotations: { 'playground.otomato.link/ready': 'false' } } })
  await until(() => status('availableReplicas') === 0)
  expect(condition('Available')).toMatchObject({ status: 'False' })
})

test('a new template replaces the pods one for one, and counts as a new revision', async () => {
  const { api, deploy, pods, status } = start()
  await deploy({ replicas: 2 })
  const available: number[] = []
  const before = pods().map(urlOf)
  onTestFinished(api.follow(paths.deployments, () => available.push(status('availableReplicas'))))
  api.merge(path, { spec: { template: { spec: { containers: [{ name: 'app', image: 'y' }] } } } })
  await until(() => status('updatedReplicas') === 2 && status('replicas') === 2 && status('availableReplicas') === 2)
  await until(async () => !(await answers(before[0] ?? '')) && !(await answers(before[1] ?? '')))
  expect(Math.min(...available)).toBe(2)
  expect(dig(api.get(path), 'metadata', 'annotations', 'deployment.kubernetes.io/revision')).toBe('2')
})

test('scales up and down', async () => {
  const { api, deploy, pods, status } = start()
  await deploy()
  api.merge(`${path}/scale`, { spec: { replicas: 2 } })
  await until(() => status('availableReplicas') === 2)
  api.merge(`${path}/scale`, { spec: { replicas: 0 } })
  await until(() => api.list(paths.pods).length === 0)
  expect(pods()).toEqual([])
})

test('a pod that is deleted is replaced', async () => {
  const { api, deploy, pods, status } = start()
  await deploy()
  const uid = pods()[0]?.metadata.uid
  api.evict(`${paths.pods}/${pods()[0]?.metadata.name}`)
  await until(() => status('availableReplicas') === 1 && pods()[0]?.metadata.uid !== uid)
  expect(pods()).toHaveLength(1)
})

test('a process that dies is started again, and that is counted', async () => {
  const { deploy, pods, status } = start()
  await deploy()
  const container = () => (dig(pods()[0], 'status', 'containerStatuses') as Record<string, unknown>[])[0]
  process.kill(Number(String(container()?.containerID).replace('process://', '')), 'SIGKILL')
  await until(() => status('availableReplicas') === 0)
  await until(() => status('availableReplicas') === 1)
  expect(container()).toMatchObject({ restartCount: 1, ready: true })
  expect((await fetch(urlOf(pods()[0]))).status).toBe(200)
})

test('a Deployment that is deleted takes its processes along', async () => {
  const { api, deploy, pods } = start()
  await deploy()
  const url = urlOf(pods()[0])
  api.delete(path)
  await until(() => api.list(paths.pods).length === 0)
  expect(await answers(url)).toBe(false)
})

test('pods that never become ready exceed the progress deadline', async () => {
  const { api, condition } = start()
  api.create(paths.deployments, deployment('aleph', 'v1', { env: { READY: 'false' }, progressDeadlineSeconds: 1 }))
  await until(() => condition('Progressing')?.reason === 'ProgressDeadlineExceeded')
  expect(condition('Progressing')).toMatchObject({ status: 'False' })
})

test('pods that the API refuses are told of in the status', async () => {
  const { api, condition } = start()
  const wrong = deployment('aleph', 'v1')
  api.create(paths.deployments, {
    ...wrong,
    spec: {
      ...wrong.spec,
      template: {
        ...wrong.spec.template,
        metadata: { labels: { ...wrong.spec.template.metadata.labels, x: 'not a value' } },
      },
    },
  })
  await until(() => condition('ReplicaFailure') !== undefined)
  expect(condition('ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' })
})

test('stopping leaves no process', async () => {
  const { deploy, pods, workloads } = start()
  await deploy({ replicas: 2 })
  const urls = pods().map(urlOf)
  await workloads.stop()
  expect(await Promise.all(urls.map(answers))).toEqual([false, false])
})

test('no process outlives the one that started it, even if that is killed', async () => {
  const parent = spawn(process.execPath, [new URL('support/orphan-maker.mjs', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [port] = (await once(parent.stdout, 'data')) as [Buffer]
  const url = `http://127.0.0.1:${port.toString().trim()}/`
  expect(await answers(url)).toBe(true)
  parent.kill('SIGKILL')
  await until(async () => !(await answers(url)))
})
