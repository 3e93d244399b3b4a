import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { crd } from '@birdwatch/controller'
import { test as base, expect, onTestFinished } from 'vitest'
import { ApiMachine } from '../src/api/machine.js'
import { serveApi } from '../src/api/server.js'
import { findProgram } from '../src/play/find-program.js'
import { until } from './support/until.js'

/** On the PATH, or among the tools that the cluster tests have fetched. */
const kubectl = findProgram('kubectl', [process.env.PATH, ...fetched()].join(delimiter))

function fetched(): string[] {
  const cache =
    process.env.BIRDWATCH_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'birdwatch')
  const tools = join(cache, 'tools')
  try {
    return readdirSync(tools).map(name => join(tools, name))
  } catch {
    return []
  }
}

const test = kubectl === undefined ? skipped : base

/** Where there is no kubectl the report says so. */
function skipped(title: string, _: () => Promise<void>, _timeoutMs: number): void {
  base.skip(`${title} (there is no kubectl on the PATH, and the cluster tests have not fetched one)`)
}

const manifest = (increment: number) =>
  JSON.stringify({
    apiVersion: 'otomato.link/v1alpha1',
    kind: 'BirdWatch',
    metadata: { name: 'aleph' },
    spec: {
      service: 'aleph',
      canary_version: 'v04',
      metric: 'vector(0)',
      deviation: 0.5,
      increment,
      interval: 5,
      if_unhealthy: 'rollback',
    },
  })

/** A kubectl that asks an embedded API of its own, and keeps its caches to itself. */
async function start() {
  const server = await serveApi(new ApiMachine({ crds: [crd()] }))
  const home = mkdtempSync(join(tmpdir(), 'birdwatch-test-'))
  onTestFinished(async () => {
    rmSync(home, { recursive: true })
    await server.close()
  })
  const environment = { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, 'none') }
  const run = async (args: readonly string[], input = '') => {
    const running = promisify(execFile)(kubectl ?? '', [`--server=${server.url}`, ...args], { env: environment })
    running.child.stdin?.end(input)
    return (await running).stdout
  }
  return { run, server: server.url, environment }
}

test('kubectl applies, gets, annotates, patches and deletes a BirdWatch', async () => {
  const { run } = await start()
  const apply = (increment: number) => run(['apply', '--validate=false', '-f', '-'], manifest(increment))
  expect(await apply(1)).toBe('birdwatch.otomato.link/aleph created\n')
  expect(await apply(2)).toBe('birdwatch.otomato.link/aleph configured\n')
  expect(await apply(2)).toBe('birdwatch.otomato.link/aleph unchanged\n')
  expect(await run(['get', 'bw', 'aleph', '-o', 'jsonpath={.spec.increment}'])).toBe('2')
  expect(await run(['get', 'bw'])).toMatch(/^NAME +SERVICE +CANARY +PHASE +WEIGHT +MESSAGE +AGE\naleph +aleph +v04 /)
  expect(await run(['annotate', 'bw', 'aleph', 'otomato.link/command=pause'])).toContain('annotated')
  expect(await run(['get', 'bw', 'aleph', '-o', 'yaml'])).toContain('otomato.link/command: pause')
  expect(await run(['patch', 'bw', 'aleph', '--type=merge', '-p', '{"spec":{"paused":true}}'])).toContain('patched')
  await expect(apply(11)).rejects.toMatchObject({ stderr: expect.stringContaining('spec.increment') })
  expect(await run(['delete', 'bw', 'aleph'])).toContain('deleted')
  expect(await run(['get', 'bw', '-o', 'name'])).toBe('')
}, 120_000)

test('kubectl get -w tells of every change', async () => {
  const { run, server, environment } = await start()
  await run(['apply', '--validate=false', '-f', '-'], manifest(1))
  const columns = 'custom-columns=INCREMENT:.spec.increment'
  const watching = spawn(kubectl ?? '', [`--server=${server}`, 'get', 'bw', '-w', '-o', columns], { env: environment })
  onTestFinished(() => void watching.kill('SIGKILL'))
  let told = ''
  watching.stdout.setEncoding('utf8').on('data', text => {
    told += text
  })
  await until(() => told === 'INCREMENT\n1\n')
  await run(['apply', '--validate=false', '-f', '-'], manifest(2))
  await until(() => told === 'INCREMENT\n1\n2\n')
}, 120_000)
