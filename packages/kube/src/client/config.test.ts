import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, expect, test, vi } from 'vitest'
import { tempDir } from '../../test/temp-dir.js'
import { createClient } from './client.js'
import { configLoader } from './config.js'

const kubeconfig = (current: string) =>
  JSON.stringify({
    clusters: [
      { name: 'east', cluster: { server: 'https://east:6443' } },
      { name: 'west', cluster: { server: 'https://west:6443' } },
    ],
    users: [{ name: 'me', user: { token: 'hush' } }],
    contexts: [
      { name: 'east', context: { cluster: 'east', user: 'me', namespace: 'birds' } },
      { name: 'west', context: { cluster: 'west', user: 'me' } },
    ],
    'current-context': current,
  })

const refused = (problem: RegExp) =>
  expect.objectContaining({ code: 'KUBE_CONFIG', message: expect.stringMatching(problem) })

afterEach(() => vi.unstubAllEnvs())

test('a kubeconfig file is loaded with its current context', () => {
  const path = tempDir().write('config', kubeconfig('east'))

  const client = createClient({ kubeconfigPath: path })

  expect(client.namespace).toBe('birds')
})

test('a context chosen by name wins over the current one', () => {
  const path = tempDir().write('config', kubeconfig('east'))

  const config = configLoader({ kubeconfigPath: path, context: 'west' })()

  expect(config.getCurrentCluster()?.server).toBe('https://west:6443')
})

test('a context that becomes current later does not carry a running client over', () => {
  const dir = tempDir()
  const load = configLoader({ kubeconfigPath: dir.write('config', kubeconfig('east')) })
  load()

  dir.write('config', kubeconfig('west'))

  expect(load().getCurrentCluster()?.server).toBe('https://east:6443')
})

test('without options KUBECONFIG is used', () => {
  vi.stubEnv('KUBECONFIG', tempDir().write('config', kubeconfig('west')))

  expect(configLoader({})().getCurrentCluster()?.server).toBe('https://west:6443')
})

test('without options and without any cluster around, it is refused instead of trying localhost', () => {
  vi.stubEnv('KUBECONFIG', '')
  vi.stubEnv('HOME', tempDir().write('not-a-home', ''))

  expect(configLoader({})).toThrow(refused(/No cluster is configured/))
})

test('a loaded configuration is used as it is', () => {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(kubeconfig('west'))

  expect(configLoader({ kubeConfig })()).toBe(kubeConfig)
})

test('an unknown context is refused, and the known ones are named', () => {
  const path = tempDir().write('config', kubeconfig('north'))

  expect(configLoader({ kubeconfigPath: path })).toThrow(refused(/"north".*east, west/))
})

test('a missing file is refused', () => {
  expect(configLoader({ kubeconfigPath: '/nowhere/config' })).toThrow(refused(/\/nowhere\/config: ENOENT/))
})

test('a file that is not YAML is refused without quoting what is in it', () => {
  const path = tempDir().write('config', 'users:\n- token: "hush\n  - {')

  expect(configLoader({ kubeconfigPath: path })).toThrow(refused(/^(?!.*hush).*not valid YAML/))
})

test('a file with an incomplete cluster is refused', () => {
  const path = tempDir().write('config', '{"clusters": [{"name": "east", "cluster": {}}]}')

  expect(configLoader({ kubeconfigPath: path })).toThrow(refused(/incomplete/))
})

test('several sources at once are refused', () => {
  expect(() => configLoader({ server: 'http://127.0.0.1', kubeconfigPath: 'config' })).toThrow(refused(/found several/))
})

test('a context makes no sense for a plain server', () => {
  expect(() => configLoader({ server: 'http://127.0.0.1', context: 'east' })).toThrow(refused(/found several/))
})
