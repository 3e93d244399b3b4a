import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'

const leash = new URL('../../bin/leash.js', import.meta.url)

export interface RealPrometheusOptions {
  readonly program: string
  /** Where it may write. */
  readonly directory: string
  /** The URL whose `/metrics` it scrapes, every second. */
  readonly scrape: string
}

/** How long it may take until it answers, milliseconds. */
const patienceMs = 30_000
/** The same for one that runs already. */
const answerMs = 5_000

/** Starts a real Prometheus that scrapes the mesh. Rejects when it ends, or does not answer in time. */
export async function startPrometheus({
  program,
  directory,
  scrape,
}: RealPrometheusOptions): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort()
  const config = join(directory, 'prometheus.yml')
  const job = { job_name: 'mesh', static_configs: [{ targets: [new URL(scrape).host] }] }
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }))
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const child = fork(leash, [program, ...args], { execArgv: [] })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const close = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const url = `http://127.0.0.1:${port}`
  const deadline = AbortSignal.timeout(patienceMs)
  const failed = exited.then(() =>
    Promise.reject(new Error(`${program} ended at once; try it by hand with ${args.join(' ')}`)),
  )
  await Promise.race([ready(url, deadline), failed]).catch(async error => {
    await close()
    throw error
  })
  failed.catch(() => {})
  return { url, close }
}

/** Rejects, with what to do, where no Prometheus answers. */
export async function expectPrometheus(url: string): Promise<void> {
  const base = url.replace(/\/$/, '')
  const signal = AbortSignal.timeout(answerMs)
  const why = await fetch(`${base}/api/v1/query?query=1`, { signal }).then(
    async response => {
      await response.arrayBuffer()
      return response.ok ? undefined : `its answer is ${response.status}`
    },
    error => error.cause?.code ?? error.message,
  )
  if (why === undefined) return
  throw new Error(
    `no Prometheus answers at ${new URL(url).host} (${why}); start it, or leave --prometheus-url out and have a stand-in.`,
  )
}

async function ready(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/-/ready`, { signal }).catch(() => undefined)
    await response?.arrayBuffer()
    if (response?.status === 200) return
    signal.throwIfAborted()
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const closed = once(server, 'close')
  server.close()
  await closed
  return port
}
