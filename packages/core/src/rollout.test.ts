import { memoryNotifier, memoryRouter, memoryStore, scriptedMetrics } from '@birdwatch/testing'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from './clock.js'
import { BirdWatchError } from './errors.js'
import type { PolicySpec } from './policy.js'
import { createRollout, type Rollout, type RolloutEvent, type RolloutOptions } from './rollout.js'

const spec: PolicySpec = { metric: 'errors', deviation: 5, increment: 10, interval: 5, ifUnhealthy: 'rollback' }
const target = { service: 'aleph' }

/** A rollout under a simulated clock, with every port in memory. */
function setUp(options: Partial<RolloutOptions> = {}, changes: Partial<PolicySpec> = {}) {
  const clock = new SimulatedClock()
  const router = memoryRouter({ clock, production: 'v1' })
  const metrics = scriptedMetrics({ errors: 0 })
  const notifier = memoryNotifier()
  const given = { metrics, router, notifier, clock, canaryVersion: 'v2', target, ...options }
  const rollout = createRollout({ ...spec, ...changes }, given)
  const weights = () => router.mesh.records.map(({ after }) => after.units)
  return { clock, router, metrics, notifier, rollout, weights }
}

/** Everything that is ready to run has run. */
const drained = () => new Promise<void>(resolve => setImmediate(resolve))

/** Moves time on until `work` settles. */
async function settled<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  let pending = true
  const end = () => {
    pending = false
  }
  work.then(end, end)
  for (await drained(); pending; await drained()) {
    const next = clock.next()
    if (next === undefined || next > 3_600_000) throw new Error('it never ends')
    await clock.advance(next - clock.now())
  }
  return work
}

/** Runs for a while, then stops. */
async function runFor(rollout: Rollout, clock: SimulatedClock, ms: number) {
  const stop = new AbortController()
  const running = rollout.run({ signal: stop.signal })
  await clock.advance(ms)
  stop.abort()
  return settled(clock, running)
}

describe('createRollout', () => {
  test('refuses a policy that can not be used, at once', () => {
    expect(() => setUp({}, { increment: 50 })).toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID', field: 'increment' }),
    )
  })

  test('promotes a version that keeps to the baseline', async () => {
    const { clock, rollout, router, weights } = setUp()

    const state = await settled(clock, rollout.run())

    expect(state?.phase).toBe('Promoted')
    expect(weights()).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 0])
    expect(router.mesh.read(target)).toMatchObject({ production: 'v2', units: 0 })
  })

  test('rolls back a version that does not', async () => {
    const { clock, metrics, rollout, weights } = setUp()
    metrics.script('errors', [0, 0, 5.1])

    const state = await settled(clock, rollout.run())

    expect(state?.phase).toBe('RolledBack')
    expect(weights()).toEqual([0, 10, 20, 0])
  })

  test('needs no more of a router than a weight', async () => {
    const router = memoryRouter({ simple: true })
    const { clock, rollout } = setUp({ router })

    const state = await settled(clock, rollout.run())

    expect(state?.phase).toBe('Promoted')
  })

  test('finds the provider that a rule names', async () => {
    const datadog = scriptedMetrics({ errors: 0 })
    const names: (string | undefined)[] = []
    const metrics = (name?: string) => {
      names.push(name)
      return datadog
    }
    const { clock, rollout } = setUp({ metrics }, { provider: 'datadog' })

    await runFor(rollout, clock, 6000)

    expect(new Set(names)).toEqual(new Set(['datadog']))
  })

  test('tells people, and is not over before they are told', async () => {
    const { clock, notifier, rollout } = setUp({}, { trafficLimit: 10, atLimit: 'promote' })
    notifier.fault('notify', { kind: 'drop' }, 3)

    await settled(clock, rollout.run())

    expect(notifier.notices.map(({ reason }) => reason.code)).toEqual(['started', 'raised', 'promoting', 'promoted'])
  })

  test('leaves no timer and no listener behind when it is over', async () => {
    const { clock, rollout } = setUp()
    const stop = new AbortController()
    let listeners = 0
    const { signal } = stop
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }

    await settled(clock, rollout.run({ signal }))

    expect(listeners).toBe(0)
    expect(clock.next()).toBeUndefined()
  })

  test('can be stepped by a host that has a loop of its own', async () => {
    const { clock, rollout } = setUp()
    expect(rollout.state).toBeUndefined()

    await rollout.step()
    await clock.advance(0)
    await rollout.step()
    await clock.advance(0)
    const next = await rollout.step()

    expect(rollout.state?.phase).toBe('Baselining')
    expect(next).toBe(5000)
  })
})

describe('events', () => {
  test('tell of every change: the state before and after, why, and the same in words', async () => {
    const { clock, rollout } = setUp({}, { trafficLimit: 10, atLimit: 'promote' })
    const events: RolloutEvent[] = []
    rollout.on(event => void events.push(event))

    await settled(clock, rollout.run())

    const raise = events.find(({ reason }) => reason.code === 'raised')
    expect(raise).toMatchObject({ previous: { phase: 'Baselining' }, state: { phase: 'Progressing', weight: 10 } })
    expect(raise?.message).toMatch(/0 % -> 10 %/)
    expect(events.at(-1)?.state.phase).toBe('Promoted')
  })

  test('end with the function that `on` returns', async () => {
    const { clock, rollout } = setUp()
    let count = 0
    const end = rollout.on(() => {
      count++
    })

    end()
    await runFor(rollout, clock, 6000)

    expect(count).toBe(0)
  })

  test('that a listener fails to take never hold back a rollback', async () => {
    const { clock, metrics, rollout, weights } = setUp()
    metrics.script('errors', [0, 0, 99])
    rollout.on(() => {
      throw new TypeError('a bug in the listener')
    })

    const state = await settled(clock, rollout.run())

    expect(state?.phase).toBe('RolledBack')
    expect(weights()).toEqual([0, 10, 20, 0])
  })
})

describe('a router that can be watched', () => {
  test('has a change by somebody else noticed at once, and not at the next check', async () => {
    const { clock, router, rollout } = setUp({}, { interval: 600 })
    const stop = new AbortController()
    const running = rollout.run({ signal: stop.signal })
    await clock.advance(20_000)
    expect(rollout.state).toMatchObject({ phase: 'Progressing', weight: 10 })

    router.write('kubectl', 35, target)
    await clock.advance(0)

    expect(rollout.state).toMatchObject({ phase: 'Paused', reason: { code: 'paused_foreign', found: 35 } })
    stop.abort()
    await settled(clock, running)
  })

  test('is no longer watched when the run is over', async () => {
    const { clock, router, rollout } = setUp()
    let watches = 0
    const { watch } = router
    router.watch = (ref, changed) => {
      watches++
      const end = watch?.call(router, ref, changed)
      return () => {
        watches--
        end?.()
      }
    }

    await settled(clock, rollout.run())

    expect(watches).toBe(0)
  })
})

describe('commands', () => {
  test('resolve when they are accepted', async () => {
    const { clock, rollout } = setUp()
    const running = rollout.run()
    await clock.advance(12_000)

    await settled(clock, rollout.command('pause', 'alice'))

    expect(rollout.state).toMatchObject({ phase: 'Paused', weight: 20, lastCommand: { name: 'pause', by: 'alice' } })
    await settled(clock, rollout.command('resume'))
    expect(await settled(clock, running)).toMatchObject({ phase: 'Promoted' })
  })

  test('reject with the reason why when they are refused', async () => {
    const { clock, rollout } = setUp()
    void rollout.run()
    await clock.advance(12_000)

    const refused = settled(clock, rollout.command('retry'))

    await expect(refused).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
      message: expect.stringContaining('not possible in Progressing'),
    })
  })

  test('are carried out in the order in which they came', async () => {
    const { clock, rollout } = setUp()
    void rollout.run()
    await clock.advance(12_000)

    const both = Promise.all([rollout.command('pause'), rollout.command('abort')])
    await settled(clock, both)

    expect(rollout.state?.phase).toBe('RolledBack')
  })

  test('that come before the run are carried out by it', async () => {
    const { clock, rollout } = setUp()

    const pausing = rollout.command('pause')
    void rollout.run()

    await settled(clock, pausing)
    expect(rollout.state?.phase).toBe('Paused')
  })

  test('given while a rollback is refused are answered, too', async () => {
    const { clock, rollout, router } = setUp()
    void rollout.run()
    await clock.advance(12_000)
    router.fault('rollback', { kind: 'refuse' }, 100)

    await settled(clock, rollout.command('abort'))
    const late = settled(clock, rollout.command('promote'))

    await expect(late).rejects.toMatchObject({ code: 'COMMAND_REFUSED' })
  })

  test('begin an ended rollout anew with the next run', async () => {
    const { clock, metrics, rollout } = setUp()
    metrics.script('errors', [0, 99, 0])
    expect(await settled(clock, rollout.run())).toMatchObject({ phase: 'RolledBack' })

    const retry = rollout.command('retry')
    const state = await settled(clock, rollout.run())
    await retry

    expect(state).toMatchObject({ phase: 'Promoted', number: 2 })
  })
})

describe('a run that is stopped', () => {
  test('resolves with the last state, and leaves the traffic as it is', async () => {
    const { clock, rollout, weights } = setUp()

    const state = await runFor(rollout, clock, 12_000)

    expect(state).toMatchObject({ phase: 'Progressing', weight: 20 })
    expect(weights().at(-1)).toBe(20)
    expect(clock.next()).toBeUndefined()
  })

  test('by a signal that was aborted before does nothing', async () => {
    const { rollout, weights } = setUp()

    await rollout.run({ signal: AbortSignal.abort() })

    expect(weights()).toEqual([])
  })

  test('is continued by the next run of the same rollout, to its very end', async () => {
    const { clock, notifier, rollout } = setUp()
    await runFor(rollout, clock, 12_000)

    const state = await settled(clock, rollout.run())

    expect(state).toMatchObject({ phase: 'Promoted', number: 1 })
    expect(notifier.notices.at(-1)?.reason.code).toBe('promoted')
  })

  test('is continued by another process from what is stored', async () => {
    const store = memoryStore()
    const first = setUp({ store })
    await runFor(first.rollout, first.clock, 12_000)
    const { clock, router } = first
    const second = setUp({ store, router, clock })

    const state = await settled(clock, second.rollout.run())

    expect(state).toMatchObject({ phase: 'Promoted', number: 1 })
    expect(store.state).toMatchObject({ phase: 'Promoted', id: state?.id })
  })

  test('takes no command of the next process for one of its own', async () => {
    const store = memoryStore()
    const first = setUp({ store })
    const { clock, router } = first
    const running = first.rollout.run()
    await clock.advance(12_000)
    await settled(clock, first.rollout.command('abort'))
    await settled(clock, running)
    const second = setUp({ store, router, clock })

    const retried = second.rollout.command('retry')
    const state = await settled(clock, second.rollout.run())
    await retried

    expect(state).toMatchObject({ phase: 'Promoted', number: 2 })
  })
})

describe('a run whose state somebody else has saved', () => {
  test('rejects, and leaves no timer behind', async () => {
    const store = memoryStore()
    const { clock, rollout } = setUp({ store })
    const running = rollout.run()
    await clock.advance(12_000)
    store.fault('save', { kind: 'refuse', error: new BirdWatchError('STORE_CONFLICT', 'somebody else has saved') })

    await expect(settled(clock, running)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })

    expect(clock.next()).toBeUndefined()
  })
})
