import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { waitFor } from '../src/index.js'
import { dataFile } from '../src/paths.js'
import { BirdWatch } from './support/birdwatch.js'
import { type Release, slackToken, test } from './support/chart.js'
import { LeakyMailServer, LeakyPeer } from './support/leaky-peer.js'
import { hurried } from './support/product.js'

/** One of every kind that the controller can be given. Those in `files` never are in its environment. */
const files = {
  bearer: 'planted-bearer-4f1c9a',
  header: 'planted-header-7b02de',
  appKey: 'planted-appkey-91c3aa',
  smtp: 'planted-smtp-password-0d44',
}
const variables = {
  SLACK_API_TOKEN: slackToken,
  PROMETHEUS_PASSWORD: 'planted-basic-password-5e6f',
  DD_API_KEY: 'planted-apikey-c0ffee',
  OTLP_AUTHORIZATION: 'Bearer planted-otlp-aa17',
  THROWING: 'planted-stray-b0b5',
}
const { SLACK_API_TOKEN: _, ...keys } = variables
const planted = { ...files, ...variables }

/** The shapes in which a secret may be written down. */
const shapes = (secret: string) => {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '')
  return [
    secret,
    base64(secret),
    base64(`watcher:${secret}`),
    base64(`\0watcher\0${secret}`),
    encodeURIComponent(secret),
  ]
}

const found = (text: string, secrets: object) =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    shapes(secret).some(shape => text.includes(shape)) ? [name] : [],
  )

let web: LeakyPeer
let distrusted: LeakyPeer
let mail: LeakyMailServer

beforeEach(async () => {
  web = await LeakyPeer.start()
  mail = await LeakyMailServer.start()
})
afterEach(() => {
  for (const peer of [web, distrusted, mail]) peer.close()
})

const leaky = (release: Release, path: string) => {
  const url = `http://127.0.0.1:${web.port}`
  const bearerToken = { file: join(path, 'bearer') }
  const prometheus = (name: string, options: object) => ({ name, type: 'prometheus', options })
  const values = {
    env: Object.keys(keys).map(name => ({ name, valueFrom: { secretKeyRef: { name: 'keys', key: name } } })),
    volumes: [{ name: 'secrets', secret: { secretName: 'files' } }],
    volumeMounts: [{ name: 'secrets', mountPath: path, readOnly: true }],
    config: {
      providers: [
        prometheus('bearer', { url, bearerToken, headers: { 'x-scope-key': { file: join(path, 'header') } } }),
        prometheus('basic', { url, username: 'watcher', password: { env: 'PROMETHEUS_PASSWORD' } }),
        prometheus('distrusted', { url: `https://127.0.0.1:${distrusted.port}`, bearerToken }),
        prometheus('refused', { url: 'http://127.0.0.1:1', bearerToken }),
        {
          name: 'datadog',
          type: 'datadog',
          options: { baseUrl: url, apiKey: { env: 'DD_API_KEY' }, appKey: { file: join(path, 'appKey') } },
        },
        {
          name: 'throwing',
          type: dataFile('tests/support/throwing-plugin.mjs'),
          options: { token: { env: 'THROWING' } },
        },
      ],
      notifiers: [
        { name: 'slack', type: 'slack', options: { apiUrl: `${url}/api/` } },
        {
          name: 'mail',
          type: 'email',
          options: {
            host: '127.0.0.1',
            port: mail.port,
            requireTLS: false,
            user: 'watcher',
            password: { file: join(path, 'smtp') },
            from: 'a@example.org',
            to: ['b@example.org'],
          },
        },
      ],
      tracing: { endpoint: `${url}/v1/traces`, headers: { authorization: { env: 'OTLP_AUTHORIZATION' } } },
      dashboard: { enabled: true, port: 0 },
      log: { level: 'debug' },
      leaderElection: { leaseSeconds: 2 },
    },
  }
  return release.values(values)
}

const metric = (provider: string) => ({ name: provider, metric: 'up', deviation: 1, provider })

describe('No secret', () => {
  test('is in anything that a run leaves behind, though every peer refuses it and repeats it', async ({
    environment,
    deploy,
    release,
  }) => {
    const { api, kubectl, layout } = environment
    distrusted = await LeakyPeer.start({
      cert: join(layout.directory, 'pki/server.crt'),
      key: join(layout.directory, 'pki/server.key'),
    })
    const app = await deploy()
    const secret = (name: string, stringData: object) =>
      api.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: release.namespace, name },
        stringData,
      } as never)
    await Promise.all([secret('files', files), secret('keys', keys)])
    const mounted = join(layout.directory, 'mounts', release.namespace)
    const controller = await release.deploy('install', leaky(release, mounted))

    const { metric: _, deviation, ...spec } = hurried(app)
    const birdWatch = await new BirdWatch(environment, app.spec.namespace, app.spec.name).apply({
      ...spec,
      stuck_after: 60,
      metrics: ['bearer', 'basic', 'distrusted', 'refused', 'datadog'].map(metric),
    })

    // Every secret was used, and the answers that repeat it most were given to each who sends one.
    const used = ['bearer', 'header', 'PROMETHEUS_PASSWORD', 'DD_API_KEY', 'appKey', 'OTLP_AUTHORIZATION'] as const
    const asked = (name: keyof typeof planted) => Math.max(...shapes(planted[name]).map(shape => web.asked(shape)))
    await waitFor('all answers', () => used.every(name => asked(name) >= 5), { timeoutMs: 240_000 })
    await waitFor('attempts to tell people', () => asked('SLACK_API_TOKEN') >= 3 && mail.logins.length >= 2, {
      timeoutMs: 120_000,
    })
    await birdWatch.until('trouble', ({ conditions = [] }) =>
      conditions.some(({ type, status }) => type === 'Degraded' && status === 'True'),
    )
    await waitFor('events', async () => (await birdWatch.events()).length > 0)

    const log = join(layout.directory, 'log', `${controller.name}.log`)
    const { pid = 0 } = (await environment.processes.state(controller.name)) ?? {}
    const environ = readFileSync(`/proc/${pid}/environ`, 'utf8')
    const arguments_ = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    const served = await Promise.all(await addresses(release).then(all => all.map(body)))

    // What is thrown where nobody catches it is logged, too.
    await birdWatch.edit({ metrics: [metric('throwing')] })
    await waitFor('the stray error', () => readFileSync(log, 'utf8').includes('a plugin that throws'), {
      timeoutMs: 120_000,
    })

    const hook = await release.uninstall().catch((error: Error) => error.message)
    const listed = await kubectl(['api-resources', '--verbs=list', '-o', 'name'])
    const kinds = listed
      .split('\n')
      .filter(kind => kind !== '' && kind !== 'secrets' && !kind.startsWith('componentstatuses'))
    const produced = {
      arguments: arguments_,
      'what is served': served.join('\n'),
      'what helm and the hook said': release.output + hook,
      'every object but Secrets': await kubectl([
        'get',
        kinds.join(','),
        '--all-namespaces',
        '-o',
        'json',
        '--show-managed-fields',
      ]),
      ...(await textsIn(join(layout.directory, 'log'))),
      ...(await textsIn(join(layout.directory, 'conf'))),
    }
    for (const [what, text] of Object.entries(produced)) expect(found(text, planted), what).toEqual([])
    expect(found(environ, planted)).toEqual(Object.keys(variables))
    // No secret is sent to where it does not belong: to Slack in a notice, say.
    const crossed = web.received.filter(request => found(request, planted).length > 2)
    expect(crossed).toEqual([])
    expect(distrusted.received).toEqual([])
  }, 600_000)
})

async function addresses(release: Release): Promise<string[]> {
  const [controller] = release.controllers
  const page = await controller?.waitForLog(({ msg }) => String(msg).startsWith('dashboard'))
  const here = await release.url()
  const there = `http://127.0.0.1:${page?.port}`
  return [
    `${here}/metrics`,
    `${here}/readyz`,
    `${here}/livez`,
    `${there}/`,
    `${there}/api/rollouts`,
    `${there}/api/session`,
  ]
}

const body = async (url: string) => (await fetch(url)).text()

async function textsIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(await Promise.all(paths.map(async path => [path, await readFile(path, 'utf8')])))
}
