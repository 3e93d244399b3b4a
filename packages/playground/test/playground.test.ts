import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LocalApi } from '../src/api/local.js'
import { dig } from '../src/json.js'
import { type PlaygroundOptions, startPlayground } from '../src/play/playground.js'
import { until } from './support/until.js'

// The machine may be busy with something else: what is tested here happens all the same, but later.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const path = '/apis/otomato.link/v1alpha1/namespaces/default/birdwatches/aleph'

async function start(options: PlaygroundOptions = {}) {
  const playground = await startPlayground({
    interval: 1,
    increment: 10,
    propagation: 1,
    sampleMs: 200,
    requestsPerSecond: 30,
    logLevel: 'error',
    ...options,
  })
  onTestFinished(() => playground.stop())
  const api = new LocalApi(playground.machine, 'test')
  const status = (field: string) => dig(api.get(path), 'status', field)
  const phase = () => status('phase')
  /** How the rollout ended. */
  const ending = async () => {
    await until(() => phase() === 'Promoted' || phase() === 'RolledBack')
    return { phase: phase(), message: status('message') }
  }
  return { ...playground, api, status, phase, ending }
}

test('the first canary is promoted, the next one fails and is rolled back, and traffic follows', async () => {
  const { sample, load, phase, status, ending, api } = await start()
  expect(await ending()).toMatchObject({ phase: 'Promoted' })
  expect(sample.production).toBe('v04')
  expect(load.recent(60).versions.v04?.ok).toBeGreaterThan(0)
  api.merge(path, { spec: { failures: 2 } })
  sample.release()
  await until(() => phase() === 'Progressing' && Number(status('weight')) > 0)
  expect(dig(api.get(path), 'spec', 'failures')).toBe(2)
  sample.trouble('failing', 'v05', true)
  expect(await ending()).toEqual({ phase: 'RolledBack', message: expect.stringContaining('error-rate') })
  expect(sample.production).toBe('v04')
  const told = () => api.list('/apis/events.k8s.io/v1/namespaces/default/events').map(event => event.reason)
  await until(() => told().includes('Promoted') && told().includes('RolledBack'))
  await until(() => Object.keys(load.recent(1).versions).join() === 'v04')
})

test('a slow canary is rolled back too', async () => {
  const { sample, ending } = await start()
  sample.trouble('slow', 'v04', true)
  expect(await ending()).toEqual({ phase: 'RolledBack', message: expect.stringContaining('median-latency') })
})

test('after the BirdWatch was deleted, the next release makes another', async () => {
  const { sample, api, status } = await start()
  await until(() => Number(status('weight')) > 0)
  api.evict(path)
  await until(() => api.get(path) === undefined)
  expect(sample).toMatchObject({ production: 'v03', canary: 'v03', next: 'v05', isOver: true })
  sample.release()
  expect(dig(api.get(path), 'spec', 'canary_version')).toBe('v05')
})

test('a plugin of the configuration file carries a rollout beside the sample', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const [plugin, configFile] = [join(directory, 'plugin.mjs'), join(directory, 'controller.yaml')]
  const query = "query: async expression => ({ value: expression === 'mine' ? 42 : null })"
  const create = `create: () => ({ contract: 1, ${query} })`
  writeFileSync(plugin, `export default { kind: 'metric-provider', name: 'own', apiVersion: 1, ${create} }`)
  writeFileSync(configFile, `providers: [{ name: own, type: ${plugin} }]`)
  const { api, status } = await start({ configFile })
  api.merge(path, { spec: { metrics: [{ name: 'own', metric: 'mine', deviation: 1, provider: 'own' }] } })
  await until(() => JSON.stringify(status('metrics') ?? '').includes('"baseline":42'))
  await until(() => Number(status('weight')) > 0)
})

test('stopping leaves nothing behind: no process, no port, no file', async () => {
  const { urls, kubeconfig, api, stop } = await start()
  const processes = () =>
    api.list('/api/v1/pods').flatMap(pod => dig(pod, 'status', 'containerStatuses') ?? []) as { containerID?: string }[]
  await until(() => processes().filter(({ containerID }) => containerID).length === 4)
  const pids = processes().map(({ containerID = '' }) => Number(containerID.replace('process://', '')))
  await stop()
  expect(existsSync(kubeconfig)).toBe(false)
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow()
  for (const url of Object.values(urls)) await expect(fetch(url)).rejects.toThrow()
})

test('a port that is taken ends what had begun', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  await expect(startPlayground({ ports: { controller: port } })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
})
