import { KubeError } from '@birdwatch/kube'
import { describe, expect, it } from 'vitest'
import { checkConfiguration } from '../config/check.js'
import type { ObservedClient } from '../kube/observed.js'
import { createContainer } from './compose.js'
import { discovered } from './discovery.js'
import { tokens } from './tokens.js'

const refused = new KubeError('KUBE_UNREACHABLE', 'get /apis: connection refused.')
const served = { versions: [{ version: 'v1alpha1' }, { version: 'v1' }] }

/** A process whose API server gives these answers, one after the other, the last one for ever. */
function startingWith(...answers: (object | KubeError)[]) {
  const warnings: string[] = []
  const pauses: number[] = []
  const ready: { whileListening?: number; closed: boolean } = { closed: false }
  const logger = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} }
  const container = createContainer({
    configuration: checkConfiguration({}),
    environment: {},
    kubeconfig: {},
    logger,
  }).createChildContainer()
  const get = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer instanceof Error) throw answer
    return answer
  }
  container.register(tokens.client, { useValue: { get } as unknown as ObservedClient })
  container.register(tokens.random, { useValue: () => 0 })
  const clock = { now: () => 0, setTimer: () => () => {}, sleep: async (ms: number) => void pauses.push(ms) }
  container.register(tokens.monotonic, { useValue: clock })
  container.register(tokens.listen, {
    useValue: async ({ routes }) => {
      const response = {
        writeHead(status: number) {
          ready.whileListening = status
          return { end() {} }
        },
      }
      await routes.find(({ path }) => path === '/readyz')?.handle(undefined as never, response as never)
      return {
        port: 1,
        close: async () => {
          ready.closed = true
        },
      }
    },
  })
  return { container, warnings, pauses, ready }
}

describe('An API server that can not be reached at the start', () => {
  it('is asked again with growing pauses until it answers, and that is said once', async () => {
    const { container, warnings, pauses } = startingWith(refused, refused, refused, served)

    await expect(discovered(container)).resolves.toBe('v1')
    expect(pauses).toEqual([1000, 2000, 4000])
    expect(warnings).toEqual([expect.stringContaining('trying again')])
  })

  it('makes the process unready, and leaves its port to the controller', async () => {
    const { container, ready } = startingWith(refused, served)

    await discovered(container)
    expect(ready).toEqual({ whileListening: 503, closed: true })
  })

  it('is asked for no longer than the process is to live', async () => {
    const { container, ready } = startingWith(refused, new KubeError('KUBE_ABORTED', 'get /apis: aborted.'))

    await expect(discovered(container)).rejects.toMatchObject({ code: 'KUBE_ABORTED' })
    expect(ready.closed).toBe(true)
  })
})

describe('An API server that serves no Istio', () => {
  it('ends the start at once: time does not mend it', async () => {
    const { container, pauses } = startingWith({ versions: [{ version: 'v1alpha1' }] })

    await expect(discovered(container)).rejects.toMatchObject({ code: 'KUBE_NOT_SERVED' })
    expect(pauses).toEqual([])
  })
})
