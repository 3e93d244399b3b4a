import { fork } from 'node:child_process'
import { composeController, configurationSchema, createContainer, tokens } from '@birdwatch/controller'
import { BirdWatchError, type Logger } from '@birdwatch/core'
import { commandLine, number, whole } from '../../../support/command-line.js'
import { Chance } from '../chance.js'
import { pluginOf } from '../plugin.js'
import type { Report } from './api.js'
import { type Figures, judge } from './figures.js'

const { rollouts, minutes } = commandLine('soak', 'Watches memory, handles and requests while the controller works.')
  .option('--rollouts <n>', 'so many BirdWatches at the same time', whole(1), 500)
  .option('--minutes <n>', 'for so long', number(1), 20)
  .parse()
  .opts<{ rollouts: number; minutes: number }>()
const samples = 20
const chance = new Chance(2)
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

let last: Report = { requests: 0, faults: 0, ended: 0 }
let errors = 0
const api = fork(new URL('./api.js', import.meta.url), [String(rollouts)])
const url = await new Promise<string>(resolve =>
  api.on('message', (report: Report) => {
    last = report
    if (report.url !== undefined) resolve(report.url)
  }),
)

const logger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error(message, fields) {
    errors++
    console.log('an error was logged:', message, fields)
  },
}
const container = createContainer({
  configuration: configurationSchema.parse({
    providers: [{ name: 'prometheus', type: 'prometheus', concurrency: 100 }],
    notifiers: [{ name: 'slack', type: 'slack' }],
    leaderElection: { namespace: 'shop' },
    http: { host: '127.0.0.1', port: 0 },
  }),
  environment: {},
  kubeconfig: { server: url },
  logger,
}).createChildContainer()

/** One query in a hundred fails, and one in two hundred finds the canary sick. */
const provider = {
  contract: 1,
  async query() {
    await pause(chance.int(5, 50))
    if (chance.maybe(0.01)) throw new BirdWatchError('METRIC_UNREACHABLE', 'a fault of the soak')
    return { value: chance.maybe(0.005) ? 20 : 10 }
  },
} as const
const notifier = {
  contract: 1,
  async notify() {
    await pause(chance.int(5, 50))
    if (chance.maybe(0.02))
      throw new BirdWatchError('NOTIFIER_THROTTLED', 'a fault of the soak', { retryAfterMs: 1000 })
  },
} as const
container.register(tokens.istioVersion, { useValue: 'v1' })
container.register(tokens.metricPlugins, { useValue: { prometheus: pluginOf('metric-provider', () => provider) } })
container.register(tokens.notifierPlugins, { useValue: { slack: pluginOf('notifier', () => notifier) } })

const controller = await composeController(container)
await controller.start()
const found: Figures[] = []
const everyMs = (minutes * 60_000) / samples
for (let i = 1; i <= samples; i++) {
  const before = last
  await pause(everyMs)
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  found.push({
    minute: Number(((i * everyMs) / 60_000).toFixed(1)),
    rssMiB: Math.round(rss / 2 ** 20),
    heapMiB: Number((heapUsed / 2 ** 20).toFixed(1)),
    handles: process.getActiveResourcesInfo().length,
    requestsPerSecond: Math.round((1000 * (last.requests - before.requests)) / everyMs),
    ended: last.ended,
    faults: last.faults,
  })
  console.log(JSON.stringify(found.at(-1)))
}
await controller.stop()
api.disconnect()
console.table(found)
const grown = [...judge(found), ...(errors > 0 ? [`${errors} errors were logged`] : [])]
console.log(grown.length === 0 ? 'flat: memory, handles and requests' : grown.join('\n'))
process.exitCode = grown.length === 0 ? 0 : 1
