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
const boom = where => Object.assign(new Error('boom in ' + where), request)

export default {
  kind: 'notifier',
  name: 'hostile',
  apiVersion: 1,
  create(_, { signal }) {
    signal.addEventListener('abort', () => { throw boom('an end') })
    setInterval(() => { throw boom('a timer') }, 100)
    return {
      contract: 1,
      async notify() {
        connect(1, '127.0.0.1')
        void Promise.reject(boom('a promise'))
        void Promise.reject('a text')
        process.nextTick(() => { throw boom('a tick') })
      },
    }
  },
}`

it('A plugin that throws where nobody waits for it is named in the log, harms no rollout, and neither ends nor keeps the process', async () => {
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
    notifiers: [{ name: 'noisy', type: file('hostile.mjs', hostile) }],
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
  expect(JSON.parse(await controller.line(/nobody waits/))).toMatchObject({ level: 'error', plugin: 'noisy' })
  controller.process.kill('SIGTERM')
  expect(await controller.ended).toBe(0)
  expect(controller.lines.join('\n')).not.toContain('s3cret')
}, 120_000)
