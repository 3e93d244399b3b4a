import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { run } from '../../../examples/support/program.js'
import type { BirdWatchStatus } from '../src/resource/status.js'
import { addBirdWatch, birdwatches, startCluster } from './support/cluster.js'
import { startPrometheus } from './support/prometheus.js'

/** A notifier that throws wherever nobody catches it, and leaves a timer running. */
const hostile = `
import { connect } from 'node:net'

const request = { config: { headers: { authorization: 's3cret' } } }
let first = true
const boom = where => Object.assign(new Error('boom in ' + where), request)

export default {
  kind: 'notifier',
  name: 'hostile',
  apiVersion: 1,
  create(_, { signal: end }) {
    setInterval(() => { throw boom('a timer') }, 100)
    end.addEventListener('abort', () => { throw boom('the end') })
    return {
      contract: 1,
      async notify(_, { signal }) {
        signal.addEventListener('abort', () => { throw boom('a deadline') })
        if (first) await new Promise(() => { first = false })
        connect(1, '127.0.0.1')
        void Promise.reject(boom('a promise'))
        void Promise.reject('a text')
        process.nextTick(() => { throw boom('a tick') })
      },
    }
  },
}`

it('A plugin that throws where nobody waits for it is named in the log, harms no rollout, and keeps no process alive', async () => {
  const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-strays-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = (name: string, content: string | object) => {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
    return join(directory, name)
  }
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: api.url } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  }
  const config = {
    providers: [{ name: 'prometheus', type: 'prometheus', options: { url: prometheus.url } }],
    notifiers: [{ name: 'noisy', type: file('hostile.mjs', hostile), timeoutSeconds: 1 }],
    leaderElection: { enabled: false },
    http: { host: '127.0.0.1', port: 0 },
  }
  const args = ['--config', file('config.json', config), '--kubeconfig', file('kubeconfig.json', kubeconfig)]
  const controller = run(new URL('../src/cli.ts', import.meta.url), ['controller', ...args], { cwd: directory })
  onTestFinished(() => void controller.process.kill('SIGKILL'))
  addBirdWatch(api, 'aleph', { interval: 1, increment: 10, propagation: 0, traffic_limit: 20, at_limit: 'promote' })

  await vi.waitFor(
    () => {
      expect((api.get(birdwatches, 'shop', 'aleph')?.status as BirdWatchStatus | undefined)?.phase).toBe('Promoted')
    },
    { timeout: 100_000, interval: 50 },
  )
  const named = async (where: string) => {
    const line = await controller.line(new RegExp(`nobody waits.*${where}|${where}.*nobody waits`))
    expect(JSON.parse(line)).toMatchObject({ level: 'error', plugin: 'noisy' })
  }
  for (const where of ['a timer', 'a deadline', 'a promise', 'a tick']) await named(`boom in ${where}`)
  await named('a text')
  await named('ECONNREFUSED')
  controller.process.kill('SIGTERM')
  await named('boom in the end')
  expect(await controller.ended).toBe(0)
  expect(controller.lines.join('\n')).not.toContain('s3cret')
}, 120_000)
