import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startMetrics } from '../src/metrics/metrics.js'
import { program } from '../src/play/program.js'
import { until } from './support/until.js'

/** Runs the command line until `during` is done, and returns what it said. */
async function run(args: readonly string[], during = async (_said: string) => {}) {
  const said: string[] = []
  const failures: string[] = []
  const surroundings = {
    env: {},
    out: (text: string) => void said.push(text),
    fail: (message: string) => void failures.push(message),
    interrupted: async () => {
      await until(() => said.length > 0)
      await during(said.join(''))
    },
  }
  await program(surroundings)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(['node', 'playground', ...args])
  return { said: said.join(''), failures }
}

const anyPorts = ['--port', '0', '--api-port', '0', '--stand-in']

test('says where everything is, and ends when it is interrupted', async () => {
  const pages: number[] = []
  const { said, failures } = await run(anyPorts, async text => {
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? []
    pages.push((await fetch(`${url}/api/session`)).status)
  })
  expect(pages).toEqual([200])
  expect(failures).toEqual([])
  expect(said).toMatch(/kubectl --kubeconfig \S+ get bw -w/)
  expect(said).toContain('Stand-ins in this process: the Kubernetes API, Istio and Prometheus.')
}, 60_000)

test('tells in one line of a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const port = String((other.address() as AddressInfo).port)
  const { failures } = await run(['--port', '0', '--api-port', port, '--stand-in'])
  expect(failures).toEqual([expect.stringMatching(/^port \d+ of 127\.0\.0\.1 is taken .* --api-port/)])
}, 60_000)

test('tells in one line that no Prometheus answers where one should', async () => {
  const { failures } = await run(['--port', '0', '--api-port', '0', '--prometheus-url', 'http://127.0.0.1:1'])
  expect(failures).toEqual([expect.stringMatching(/^no Prometheus answers at 127\.0\.0\.1:1 .*--prometheus-url/)])
}, 60_000)

test('tells in one line of a configuration that can not be used', async () => {
  const { failures } = await run([...anyPorts, '--config', '/nowhere/controller.yaml'])
  expect(failures).toEqual(['/nowhere/controller.yaml: it can not be read (ENOENT)'])
}, 60_000)

test('asks the Prometheus that it is told of, and says what that must scrape', async () => {
  const { url, close } = await startMetrics()
  onTestFinished(close)
  const { said } = await run(['--port', '0', '--api-port', '0', '--prometheus-url', url])
  expect(said).toContain(`'${url}/api/v1/query`)
  expect(said).toMatch(/Your Prometheus must scrape http:\/\/127\.0\.0\.1:\d+\/metrics/)
  expect(said).toContain('Stand-ins in this process: the Kubernetes API and Istio.')
}, 60_000)

test.each([
  ['--port', 'x'],
  ['--interval', '1'],
  ['--increment', '11'],
  ['--prometheus-url', 'localhost:9090'],
  ['--log-level', 'loud'],
])('refuses %s %s', async (...args) => {
  await expect(run(args)).rejects.toMatchObject({ code: 'commander.invalidArgument' })
})
