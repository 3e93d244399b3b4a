import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { type App, type ControllerProcess, type Environment, FaultProxy, proxyFaults, waitFor } from '../src/index.js'
import { figure } from './support/figures.js'
import { errorsOf, type Product, test } from './support/product.js'
import { atLeast, canaryWeight, none, recordWeights, untilWeight } from './support/routes.js'

/** A step a second, for as long as it takes. */
const endless = { increment: 1, interval: 1, propagation: 0, traffic_limit: 90 }
const strikeMs = 3000
/** The Lease must not be in the way: who loses it for want of an API server gets it back in its own time. */
const alone = { leaderElection: { enabled: false } }

async function proxied(environment: Environment): Promise<FaultProxy> {
  const pki = (name: string) => readFile(join(environment.layout.directory, 'pki', name), 'utf8')
  const [key, cert, ca] = await Promise.all([pki('server.key'), pki('server.crt'), pki('ca.crt')])
  const proxy = await FaultProxy.start({
    target: `https://127.0.0.1:${environment.layout.ports.apiserver}`,
    tls: { key, cert, ca },
  })
  onTestFinished(() => proxy.close())
  return proxy
}

/** A kubeconfig that leads through the proxy. */
async function through(proxy: FaultProxy, { identity, environment }: Product): Promise<string> {
  const config = JSON.parse(await readFile(identity.kubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[]
  }
  for (const { cluster } of config.clusters) cluster.server = proxy.url
  const path = join(environment.layout.directory, 'conf', 'through-proxy.json')
  await writeFile(path, JSON.stringify(config), { mode: 0o600 })
  return path
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('Between the controller and a real API server', () => {
  test('every fault is survived: the weight rises again, and never falls', async ({ environment, deploy, product }) => {
    const app = await deploy()
    const proxy = await proxied(environment)
    const controller = await product.start({ ...alone }, await through(proxy, product))
    app.load(20)
    await product.watch(app, endless)
    await untilWeight(app, atLeast(2))
    const recorder = recordWeights(app)
    const recovers = async (what: string) => {
      const mended = Date.now()
      const weight = (await canaryWeight(app)) ?? 0
      await untilWeight(app, atLeast(weight + 1))
      figure(`${what}: the next step ${((Date.now() - mended) / 1000).toFixed(1)} s after its end`)
    }

    for (const fault of proxyFaults) {
      proxy.strike(fault)
      await pause(strikeMs)
      proxy.mend()
      await recovers(fault)
    }
    proxy.cut()
    await recovers('watches cut')
    await environment.kill('apiserver')
    await environment.start('apiserver')
    await recovers('the API server killed and started')
    await environment.kill('etcd')
    await environment.start('etcd')
    await recovers('etcd killed and started')

    const weights = (await recorder.stop()) as number[]
    expect(weights).toEqual([...weights].sort((a, b) => a - b))
    expect(await controller.running()).toBe(true)
    expect(controller.logs().filter(({ level }) => level === 'error')).toEqual([])
  })

  test('a rollback during an outage is applied as soon as the API server answers', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const proxy = await proxied(environment)
    const controller = await product.start({ ...alone }, await through(proxy, product))
    app.load(100)
    const birdWatch = await product.watch(app, { ...endless, increment: 10, interval: 2, traffic_limit: 20 })
    await birdWatch.phase('Holding')

    proxy.strike('reset')
    await sicken({ environment, app, controller })
    proxy.mend()

    await recovers(app)
  })

  test('also one that a check finds after the check before it had passed and could not be saved', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const proxy = await proxied(environment)
    const controller = await product.start({ ...alone }, await through(proxy, product))
    app.load(100)
    await product.watch(app, { ...endless, increment: 10, interval: 2 })
    await untilWeight(app, atLeast(20))

    proxy.strike('reset')
    await controller.waitForLog(
      ({ msg, what, phase }) => msg === 'a write failed' && what === 'other' && phase === 'Progressing',
    )
    await sicken({ environment, app, controller })
    proxy.mend()

    await recovers(app)
  })
})

/** Half of the canary's requests fail; waits until the controller has found out, and failed to bring the traffic back. */
async function sicken({
  environment,
  app,
  controller,
}: {
  environment: Environment
  app: App
  controller: ControllerProcess
}): Promise<void> {
  await app.set('v04', { errorRate: 0.5 })
  await environment.prometheus.waitForValue(errorsOf(app, 'v04'), value => value > 0.5)
  await controller.waitForLog(({ msg, what }) => msg === 'a write failed' && what === 'rollback')
  expect(await canaryWeight(app)).toBeGreaterThan(0)
}

async function recovers(app: App): Promise<void> {
  const mended = Date.now()
  await untilWeight(app, none)
  figure(`weight 0 was written ${((Date.now() - mended) / 1000).toFixed(1)} s after the end of the outage`)
}

describe('Between the controller, Prometheus and Slack', () => {
  test('no fault rolls back or promotes, and everything is told in the end', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const prometheus = await FaultProxy.start({ target: environment.prometheus.url })
    const slack = await FaultProxy.start({ target: product.slack.url })
    onTestFinished(async () => void (await Promise.all([prometheus.close(), slack.close()])))
    await product.start({
      ...alone,
      providers: [{ name: 'prometheus', type: 'prometheus', options: { url: prometheus.url }, timeoutSeconds: 2 }],
      notifiers: [
        {
          name: 'slack',
          type: 'slack',
          options: { channel: '#releases', apiUrl: `${slack.url}/api/` },
          timeoutSeconds: 2,
        },
      ],
    })
    app.load(20)
    const birdWatch = await product.watch(app, { increment: 10, traffic_limit: 30, at_limit: 'promote' })
    await untilWeight(app, atLeast(10))
    const held: (number | undefined)[] = []

    for (const fault of proxyFaults) {
      prometheus.strike(fault)
      slack.strike(fault)
      await pause(strikeMs)
      held.push(await canaryWeight(app))
      prometheus.mend()
      slack.mend()
    }

    await birdWatch.phase('Promoted')
    const told = () => product.posts().some(post => post.includes('is production in place of'))
    await waitFor('the promotion to be told', told, { timeoutMs: 120_000 })
    figure(`weights while Prometheus failed: ${held.join(', ')}`)
  })
})
