// @ts-check
/**
 * Many rollouts in one process, begun and steered over HTTP. Requests and states are kept in files: started again after a
 * crash, the service goes on with every rollout.
 *
 *   POST /rollouts                  { "flag": "new-checkout", "policy": { … } }
 *   GET  /rollouts                  where each of them is, and why
 *   POST /rollouts/{flag}/{command} { "by": "ada" }
 */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { codeOf, createRollout, definePolicy, render } from '@birdwatch/core'
import { fileStore } from '@birdwatch/example-store-file'

/** @typedef {{ flag: string, policy: import('@birdwatch/core').PolicySpec }} Request */

/** @param {{ directory: string, ports: Pick<import('@birdwatch/core').RolloutOptions, 'metrics' | 'router' | 'notifier'> }} options */
export async function createService({ directory, ports }) {
  /** @type {Map<string, { rollout: import('@birdwatch/core').Rollout, running: Promise<unknown> }>} */
  const rollouts = new Map()
  const stop = new AbortController()
  /** @param {string} flag */
  const requestFile = flag => join(directory, flag, 'request.json')

  /** @param {Request} request */
  function begin({ flag, policy }) {
    const store = fileStore(join(directory, flag))
    const rollout = createRollout(policy, { ...ports, canaryVersion: flag, name: flag, target: { flag }, store })
    rollout.on(({ message }) => console.log(`${flag}: ${message}`))
    rollouts.set(flag, { rollout, running: run(flag, rollout) })
  }

  /** @param {string} flag @param {import('@birdwatch/core').Rollout} rollout */
  const run = (flag, rollout) =>
    rollout.run({ signal: stop.signal }).catch(error => console.error(`${flag}: ${error.message}`))

  /** @type {Record<string, (request: any, ...path: string[]) => Promise<[status: number, body: unknown]>>} */
  const endpoints = {
    'GET /rollouts': async () => [200, [...rollouts].map(([flag, { rollout }]) => show(flag, rollout.state))],
    'POST /rollouts': async request => {
      const { flag } = request
      if (!/^[a-z0-9-]{1,60}$/.test(flag ?? ''))
        return [400, { error: 'flag must be a name of lower case letters, digits and -' }]
      if (rollouts.has(flag)) return [409, { error: `${flag} has a rollout; give it a command instead` }]
      definePolicy(request.policy)
      await mkdir(join(directory, flag), { recursive: true })
      // Whole or not at all: half a request could not be gone on with.
      await writeFile(`${requestFile(flag)}.draft`, JSON.stringify(request), { flush: true })
      await rename(`${requestFile(flag)}.draft`, requestFile(flag))
      begin(request)
      return [201, show(flag, undefined)]
    },
    'POST /rollouts/*/*': async ({ by }, flag = '', command = '') => {
      const found = rollouts.get(flag)
      if (found === undefined) return [404, { error: `there is no rollout of ${flag}` }]
      const asked = found.rollout.command(/** @type {import('@birdwatch/core').CommandName} */ (command), by)
      // One that has ended runs again: `retry` and `undo` begin there, and the rest is refused.
      found.running = found.running.then(() => run(flag, found.rollout))
      await asked
      return [202, show(flag, found.rollout.state)]
    },
  }

  const server = createServer(async (request, response) => {
    const [path, ...inside] = (request.url ?? '').split('/').slice(1)
    const endpoint = endpoints[[`${request.method} /${path}`, ...inside.map(() => '*')].join('/')]
    const [status, body] = await answer(request, endpoint, inside)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await mkdir(directory, { recursive: true })
  for (const flag of await readdir(directory)) {
    const request = await readFile(requestFile(flag), 'utf8').catch(() => undefined)
    if (request !== undefined) begin(JSON.parse(request))
  }
  return {
    server,
    /** Ends every run; the traffic stays as it is, and the next process goes on. */
    async stop() {
      stop.abort()
      server.close()
      await Promise.all([...rollouts.values()].map(({ running }) => running))
    },
  }
}

/** @param {string} flag @param {import('@birdwatch/core').RolloutState | undefined} state */
const show = (flag, state) => ({
  flag,
  phase: state?.phase ?? 'Waiting',
  weight: state?.weight ?? 0,
  message: state && render(state.reason),
})

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {((request: any, ...path: string[]) => Promise<[status: number, body: unknown]>) | undefined} endpoint
 * @param {string[]} inside
 * @returns {Promise<[status: number, body: unknown]>}
 */
async function answer(request, endpoint, inside) {
  if (endpoint === undefined) return [404, { error: 'no such endpoint' }]
  try {
    let text = ''
    for await (const part of request.setEncoding('utf8')) text += part
    return await endpoint(text === '' ? {} : JSON.parse(text), ...inside)
  } catch (error) {
    const { message, field } = /** @type {import('@birdwatch/core').BirdWatchError} */ (error)
    const status = codeOf(error) === 'COMMAND_REFUSED' ? 409 : 400
    return [status, { error: message, field }]
  }
}
