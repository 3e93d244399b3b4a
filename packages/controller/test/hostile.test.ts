import { createRollout, type MetricProvider, type Notifier, SimulatedClock } from '@birdwatch/core'
import { memoryNotifier, memoryRouter } from '@birdwatch/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Notifiers } from '../src/plugins/notifiers.js'
import { Providers } from '../src/plugins/providers.js'
import { instance, provider, silent } from './support/plugins.js'

/** Plugins that break their contract, beside good ones, in one host: what they do stays with who uses them. */

const options = { logger: silent, resilient: false }
const policy = {
  increment: 10,
  interval: 5,
  ifUnhealthy: 'rollback',
  metric: 'x',
  deviation: 1,
  noData: 'hold',
} as const

/** Two rollouts that share one host and one clock; each has its own provider, and both have the same notifiers. */
async function runBoth(hostile: MetricProvider['query'], notify: Notifier['notify'] = async () => {}) {
  const clock = new SimulatedClock()
  const providers = new Providers(
    [
      { instance: instance('good'), provider: provider() },
      { instance: instance('hostile'), provider: provider(hostile) },
    ],
    options,
  )
  const told = memoryNotifier({ clock })
  const notifiers = new Notifiers(
    [
      { instance: instance('good'), notifier: told },
      { instance: instance('hostile'), notifier: { contract: 1, notify } },
    ],
    options,
  )
  const start = (name: string) => {
    const rollout = createRollout(policy, {
      name,
      canaryVersion: 'v2',
      metrics: providers.for('shop', name).provider,
      router: memoryRouter(),
      notifier: notifiers.for('shop'),
      target: { service: name },
      clock,
    })
    const stop = new AbortController()
    onTestFinished(() => stop.abort())
    void rollout.run({ signal: stop.signal })
    return rollout
  }
  const [good, bad] = [start('good'), start('hostile')]
  await clock.advance(300_000)
  return { good, bad, told }
}

/** What neither kind of plugin may do when it is called. */
const misdeeds: [string, () => Promise<never>][] = [
  ['hangs', () => new Promise(() => {})],
  [
    'throws at once',
    () => {
      throw new Error('boom')
    },
  ],
  ['rejects with a text', () => Promise.reject('boom')],
  ['rejects with nothing', () => Promise.reject(undefined)],
]

describe('A metric provider that', () => {
  it.each<[string, MetricProvider['query']]>([
    ...misdeeds,
    ['answers NaN', async () => ({ value: Number.NaN })],
    ['answers nothing at all', async () => undefined as never],
    [
      'answers after its call was aborted',
      (_, { signal }) => new Promise(resolve => signal.addEventListener('abort', () => resolve({ value: 1 }))),
    ],
  ])('%s holds its own rollout, and no other', async (_, query) => {
    const { good, bad } = await runBoth(query)
    expect(good.state).toMatchObject({ phase: 'Promoted' })
    expect(bad.state).toMatchObject({ phase: 'Baselining', weight: 0 })
  })

  it('leaks a timer with every answer keeps nobody from ending', async () => {
    const timers: NodeJS.Timeout[] = []
    onTestFinished(() => timers.forEach(clearInterval))
    const { good, bad } = await runBoth(async () => {
      timers.push(setInterval(() => {}, 1000))
      return { value: 1 }
    })
    expect([good.state?.phase, bad.state?.phase]).toEqual(['Promoted', 'Promoted'])
  })
})

describe('A notifier that', () => {
  it.each(misdeeds)('%s holds no rollout, and nobody else who is told', async (_, notify) => {
    const { good, told } = await runBoth(async () => ({ value: 1 }), notify)
    expect(good.state?.phase).toBe('Promoted')
    const reasons = told.notices.filter(({ rolloutId }) => rolloutId === good.state?.id).map(n => n.reason.code)
    expect(reasons).toEqual(expect.arrayContaining(['started', 'raised', 'promoted']))
    expect(new Set(reasons.filter(code => code === 'promoted'))).toHaveLength(1)
  })
})
