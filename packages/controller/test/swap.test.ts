import { expect, it, onTestFinished, vi } from 'vitest'
import { login } from '../../notifier-email/test/notify.js'
import { startMailServer } from '../../notifier-email/test/smtp.js'
import { asRead } from '../../notifier-slack/test/read.js'
import { startSlack } from '../../notifier-slack/test/slack.js'
import { apiKey, appKey, startDatadog, steady } from '../../provider-datadog/test/datadog.js'
import { startServer, vector } from '../../provider-prometheus/test/server.js'
import type { BirdWatchStatus } from '../src/resource/status.js'
import type { ApiServer } from './support/api-server.js'
import { addBirdWatch, birdwatches, startCluster, weightOf } from './support/cluster.js'
import { startController } from './support/controller.js'

vi.setConfig({ testTimeout: 120_000 })

const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 100_000, interval: 20 })
const statusOf = (api: ApiServer) => (api.get(birdwatches, 'shop', 'aleph')?.status ?? {}) as BirdWatchStatus
/** The canary does well with a little traffic, and badly with more. */
const healthAt = (weight = 0) => (weight < 20 ? 0.25 : 9)
const spec = { interval: 1, increment: 10, propagation: 0 }

/** What people were told: a sentence, and the numbers of the metric below it. */
interface Told {
  readonly sentence: string | undefined
  readonly numbers: string | undefined
}

/** A configuration with real peers, and what arrives where it leads. */
interface World {
  readonly configuration: object
  told(): Told[]
}

const closing = <T extends { close(): Promise<void> }>(peer: T): T => {
  onTestFinished(() => peer.close())
  return peer
}

async function prometheusAndSlack(api: ApiServer): Promise<World> {
  const prometheus = closing(await startServer((...asked) => vector(String(healthAt(weightOf(api))))(...asked)))
  const slack = closing(await startSlack())
  const options = { token: 'xoxb-test', channel: 'C1', apiUrl: slack.url, style: 'plain' }
  return {
    configuration: {
      providers: [{ name: 'metrics', type: 'prometheus', options: { url: prometheus.url } }],
      notifiers: [{ name: 'team', type: 'slack', options }],
    },
    told: () =>
      withoutSteps(slack.messages.map(({ blocks }) => toldBy(asRead(blocks), /^# .*\n(.*)/, /^• \*metric\*: (.*)/m))),
  }
}

async function datadogAndMail(api: ApiServer): Promise<World> {
  const datadog = closing(await startDatadog((...asked) => steady(healthAt(weightOf(api)))(...asked)))
  const mail = closing(await startMailServer({ login }))
  const { host, port, ca } = mail
  const sender = { user: login.user, password: login.pass, from: 'birdwatch@example.com' }
  const options = { host, port, tls: { ca }, ...sender, to: ['team@example.com'] }
  return {
    configuration: {
      providers: [{ name: 'metrics', type: 'datadog', options: { baseUrl: datadog.url, apiKey, appKey, lagMs: 0 } }],
      notifiers: [{ name: 'team', type: 'email', options }],
    },
    told: () =>
      withoutSteps(mail.messages.map(({ email }) => toldBy(email.text ?? '', /^.*\n\n(.*)/, /^metric: (.*)/m))),
  }
}

const toldBy = (text: string, sentence: RegExp, numbers: RegExp): Told => ({
  sentence: sentence.exec(text)?.[1],
  numbers: numbers.exec(text)?.[1],
})

/** Steps are edited in Slack and left out of mail; where they pile up, the last stands for all. */
const withoutSteps = (told: Told[]) => told.filter(({ sentence }) => !sentence?.startsWith('Canary weight'))

const untilRolledBack = async (api: ApiServer, world: World) => {
  await eventually(() => expect(statusOf(api).phase).toBe('RolledBack'))
  await eventually(() => expect(world.told().at(-1)?.sentence).toMatch(/is rolled back/))
}

async function rollOut(worldFor: (api: ApiServer) => Promise<World>) {
  const api = await startCluster()
  const world = await worldFor(api)
  await startController(api, '', { configuration: world.configuration })
  addBirdWatch(api, 'aleph', spec)
  await untilRolledBack(api, world)
  return { weight: weightOf(api), message: statusOf(api).message, told: world.told() }
}

it('Prometheus is swapped for Datadog, and Slack for mail, by the configuration alone', async () => {
  const [one, other] = await Promise.all([rollOut(prometheusAndSlack), rollOut(datadogAndMail)])

  expect(other).toEqual(one)
  expect(one.message).toContain('v04 is unhealthy at 20 %: metric is 9, baseline 0.25, allowed deviation 0.5')
  expect(one.told.map(({ numbers }) => numbers)).toEqual([
    undefined,
    '9 (baseline 0.25, allowed ±0.5), unhealthy',
    '9 (baseline 0.25, allowed ±0.5), unhealthy',
  ])
})

it('A rollout that is swapped on its way goes on, with the baseline that the other provider took', async () => {
  const api = await startCluster()
  const [before, after] = [await prometheusAndSlack(api), await datadogAndMail(api)]
  const first = await startController(api, '', { configuration: before.configuration })
  addBirdWatch(api, 'aleph', { ...spec, interval: 2 })
  await eventually(() => expect(weightOf(api)).toBe(10))
  await first.controller.stop()
  await startController(api, '', { configuration: after.configuration })
  await untilRolledBack(api, after)

  expect(before.told()[0]?.sentence).toMatch(/^The rollout of v04 begins/)
  expect(
    after
      .told()
      .slice(-2)
      .map(({ numbers }) => numbers),
  ).toEqual(['9 (baseline 0.25, allowed ±0.5), unhealthy', '9 (baseline 0.25, allowed ±0.5), unhealthy'])
})
