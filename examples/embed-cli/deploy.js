// @ts-check
/**
 * Turns a feature flag on for more and more users, as long as pages stay as fast with it as without it.
 *
 *   FLAGS_URL=… FLAGS_TOKEN=… STATS_URL=… node deploy.js new-checkout
 *   FLAGS_URL=… FLAGS_TOKEN=… STATS_URL=… node deploy.js new-checkout abort
 *
 * Ctrl-C turns the flag off again. Killed in any other way, the same command goes on where it was.
 * Exit status: 0 the flag is on for everybody, 1 it is off again, 2 the command was refused, 3 another process has it.
 */
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { codeOf, createRollout, instantiate } from '@birdwatch/core'
import flags from '@birdwatch/example-plugin-flags'
import jsonHttp from '@birdwatch/example-plugin-json-http'
import { fileStore } from '@birdwatch/example-store-file'

const options = /** @type {const} */ ({
  interval: { type: 'string', default: '60' },
  increment: { type: 'string', default: '10' },
  'up-to': { type: 'string', default: '100' },
  'slower-by': { type: 'string', default: '50' },
  state: { type: 'string', default: '.rollouts' },
})
const { values, positionals } = parseArgs({ options, allowPositionals: true })
const [flag = '', command] = positionals
const { FLAGS_URL = '', FLAGS_TOKEN = '', STATS_URL = '' } = process.env

/** The slowest of twenty pages, in milliseconds, with the flag on or off. @param {'on' | 'off'} side */
const p95 = side => `/latency?flag=${encodeURIComponent(flag)}&side=${side}#/p95`

const rollout = createRollout(
  {
    metrics: [
      {
        name: 'p95',
        metric: p95('on'),
        baselineMetric: p95('off'),
        baseline: 'each_check',
        deviation: Number(values['slower-by']),
        direction: 'increase',
      },
    ],
    increment: Number(values.increment),
    interval: Number(values.interval),
    trafficLimit: Number(values['up-to']),
    atLimit: 'promote',
    ifUnhealthy: 'rollback',
    propagation: 0,
  },
  {
    canaryVersion: flag,
    target: { flag },
    router: await instantiate(flags, { url: FLAGS_URL, token: FLAGS_TOKEN }),
    metrics: await instantiate(jsonHttp, { url: STATS_URL }),
    store: fileStore(`${values.state}/${flag}`),
  },
)

/** @param {string} name */
const ask = name =>
  rollout.command(/** @type {import('@birdwatch/core').CommandName} */ (name), userInfo().username).catch(refused => {
    console.error(refused.message)
    process.exitCode = 2
  })

rollout.on(({ message }) => console.log(message))
process.once('SIGINT', () => ask('abort'))
if (command !== undefined) ask(command)
try {
  const end = await rollout.run()
  process.exitCode ??= end?.phase === 'Promoted' ? 0 : 1
} catch (error) {
  if (codeOf(error) !== 'STORE_CONFLICT') throw error
  console.error('Another process carries this rollout on.')
  process.exitCode = 3
}
