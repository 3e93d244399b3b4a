// @ts-check
/**
 * Turns a feature flag on for more and more users, as long as pages stay as fast with it as without it.
 *
 *   FLAGS_URL=… FLAGS_TOKEN=… STATS_URL=… node deploy.js new-checkout
 *   FLAGS_URL=… FLAGS_TOKEN=… STATS_URL=… node deploy.js new-checkout abort
 *
 * Ctrl-C turns the flag off again. Killed in any other way, the same command goes on where it was.
 * Exit status: 0 the flag is on for everybody, 1 it is off again, 2 it can not be done as asked, 3 another process has it.
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

/** The options that become fields of the policy, by their field. @type {Readonly<Record<string, string>>} */
const optionOf = {
  interval: '--interval',
  increment: '--increment',
  trafficLimit: '--up-to',
  'metrics[0].deviation': '--slower-by',
}

async function deploy() {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [flag, command] = positionals
  const { FLAGS_URL, FLAGS_TOKEN, STATS_URL } = process.env
  if (!flag || !FLAGS_URL || !FLAGS_TOKEN || !STATS_URL)
    throw new Impossible('name a flag, and set FLAGS_URL, FLAGS_TOKEN and STATS_URL')

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
  const end = await rollout.run()
  process.exitCode ??= end?.phase === 'Promoted' ? 0 : 1
}

class Impossible extends Error {}

/** What the caller can mend, in one line; undefined for a defect, whose stack matters. @param {any} error */
function whyNot(error) {
  if (error instanceof Impossible) return error.message
  if (error.code?.startsWith('ERR_PARSE_ARGS')) return error.message.split('\n')[0]
  if (codeOf(error) === 'POLICY_INVALID')
    return `${optionOf[error.field] ?? error.field} is ${error.value}; it must be ${error.expected}`
  if (codeOf(error) === 'PLUGIN_OPTIONS_INVALID') return `FLAGS_URL or STATS_URL can not be used: ${error.message}`
  return undefined
}

try {
  await deploy()
} catch (error) {
  const conflict = codeOf(error) === 'STORE_CONFLICT'
  const line = conflict ? 'another process carries this rollout on' : whyNot(error)
  if (line === undefined) throw error
  console.error(`deploy: ${line}`)
  process.exitCode = conflict ? 3 : 2
}
