import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandLine, InvalidArgumentError } from '../../../support/command-line.js'

type Case = readonly [all: number, active: number]

const [cases] = commandLine('scale', 'Measures what the controller of the image takes with so many BirdWatches.')
  .argument('<all/active...>', 'how many there are, and how many of them are in progress: 1/1 1000/1000 5000/0', caseIn)
  .parse().processedArgs as [Case[]]

function caseIn(text: string, before: readonly Case[] = []): Case[] {
  const [, all, active] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
  if (all === undefined || active === undefined || active > all)
    throw new InvalidArgumentError('It must be two whole numbers such as 1000/20, the second one not above the first.')
  return [...before, [all, active]]
}

const minutes = 3
/** What Node takes for itself in a container whose limit is the chart's: half of it. */
const heapMiB = 256
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const directory = mkdtempSync(join(tmpdir(), 'birdwatch-scale-'))
execFileSync(process.execPath, [
  fileURLToPath(new URL('../../../../packages/controller/image/assemble.js', import.meta.url)),
  directory,
])

const prometheus = createServer((_, response) => {
  const at = Date.now() / 1000
  const data = { resultType: 'vector', result: [{ metric: {}, value: [at, '1'] }] }
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'success', data }))
}).listen(0, '127.0.0.1')
await once(prometheus, 'listening')

/** Resident memory, MiB, and CPU time, seconds. */
function usage({ pid }: ChildProcess): { mib: number; seconds: number } {
  const [, kib = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return { mib: Number(kib) / 1024, seconds: (Number(times[11]) + Number(times[12])) / 100 }
}

async function measure(all: number, active: number) {
  let requests = 0
  const api = fork(new URL('./api.js', import.meta.url), [String(all), String(active)])
  const server = await new Promise<string>(resolve =>
    api.on('message', (report: { requests: number; url?: string }) => {
      requests = report.requests
      if (report.url !== undefined) resolve(report.url)
    }),
  )
  const kubeconfig = join(directory, 'kubeconfig')
  const cluster = { clusters: [{ name: 'c', cluster: { server } }], users: [{ name: 'u', user: {} }] }
  const context = { 'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }] }
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...cluster, ...context }))
  const program = join(directory, 'app/bin/birdwatch.js')
  const args = [
    'controller',
    '--kubeconfig',
    kubeconfig,
    '--http-host',
    '127.0.0.1',
    '--http-port',
    '0',
    '--log-level',
    'warn',
  ]
  const env = { PROMETHEUS_URL: `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}` }
  const controller = spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, program, ...args], {
    env,
    stdio: 'inherit',
  })

  let peak = 0
  let before = { seconds: 0, requests: 0 }
  for (let second = 1; second <= minutes * 60; second++) {
    await pause(1000)
    peak = Math.max(peak, usage(controller).mib)
    if (second === (minutes - 1) * 60) before = { seconds: usage(controller).seconds, requests }
  }
  const { mib, seconds } = usage(controller)
  const row = {
    BirdWatches: all,
    'in progress': active,
    'MiB at most': Math.round(peak),
    [`MiB after ${minutes} min`]: Math.round(mib),
    'CPU, ms per s': Math.round(((seconds - before.seconds) / 60) * 1000),
    'CPU at first, ms per s': Math.round((before.seconds / ((minutes - 1) * 60)) * 1000),
    'requests per s': Math.round((requests - before.requests) / 60),
  }
  console.log(JSON.stringify(row))
  controller.kill('SIGTERM')
  await once(controller, 'exit')
  api.disconnect()
  return row
}

const rows = []
for (const [all, active] of cases) rows.push(await measure(all, active))
console.table(rows)
prometheus.close()
rmSync(directory, { recursive: true })
