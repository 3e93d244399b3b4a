import { memoryStore, sampleNotice, sampleState } from '@birdwatch/testing'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from '../clock.js'
import { BirdWatchError } from '../errors.js'
import type { RolloutState } from '../state.js'
import { Saver } from './saver.js'

const timeoutMs = 10_000
const unavailable = new BirdWatchError('STORE_UNREACHABLE', 'the store is down, as scripted')

function setUp() {
  const clock = new SimulatedClock()
  const store = memoryStore({ clock })
  return { clock, store, saver: new Saver(store, clock, timeoutMs) }
}
const state = (phase: RolloutState['phase']) => sampleState({ phase, rev: 0 })
const phases = (saves: readonly RolloutState[]) => saves.map(({ rev, phase }) => `${rev} ${phase}`)

describe('a save', () => {
  test('raises the rev by one, whatever the state says', async () => {
    const { store, saver } = setUp()

    await saver.save(state('Waiting'))
    await saver.save(state('Baselining'))

    expect(phases(store.saves)).toEqual(['1 Waiting', '2 Baselining'])
    expect(saver.rev).toBe(2)
  })

  test('waits for the saves before it', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'delay', ms: 1000 })

    const both = Promise.all([saver.save(state('Waiting')), saver.save(state('Baselining'))])
    await clock.advance(1000)
    await both

    expect(phases(store.saves)).toEqual(['1 Waiting', '2 Baselining'])
  })

  test('that fails does not stop the next', async () => {
    const { store, saver } = setUp()
    store.fault('save', { kind: 'refuse', error: unavailable })

    await expect(saver.save(state('Waiting'))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    await saver.save(state('Baselining'))

    expect(phases(store.saves)).toEqual(['1 Baselining'])
  })

  test('is given up when the store is silent', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'hang' })
    const outcome = expect(saver.save(state('Waiting'))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })

    await clock.advance(timeoutMs)

    await outcome
    expect(clock.next()).toBeUndefined()
  })

  test('that another writer has overtaken is the last one', async () => {
    const { store, saver } = setUp()
    await store.save(sampleState({ rev: 1, phase: 'Frozen' }), 0)

    await expect(saver.save(state('Waiting'))).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    await expect(saver.save(state('Baselining'))).rejects.toMatchObject({ code: 'STORE_CONFLICT' })

    expect(phases(store.saves)).toEqual(['1 Frozen'])
    expect(() => saver.throwIfLost()).toThrow(expect.objectContaining({ code: 'STORE_CONFLICT' }))
  })

  test('is dated by its answer', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'delay', ms: 700 })

    const saving = saver.save(state('Waiting'))
    await clock.advance(700)
    await saving

    expect(saver.savedAt).toBe(700)
  })
})

describe('what people may be told', () => {
  const notice = (seq: number) => sampleNotice({ code: 'aborted', weight: 20 }, { seq })
  const rollingBack = { ...state('RollingBack'), seq: 2, outbox: [notice(1), notice(2)] }
  const told = (saver: Saver) => saver.tellable(rollingBack.outbox).map(({ seq }) => seq)

  test('is what is saved', async () => {
    const { clock, store, saver } = setUp()
    await saver.save({ ...rollingBack, seq: 1, outbox: [notice(1)] })
    store.fault('save', { kind: 'delay', ms: 1000 })
    let changes = 0

    saver.saveBeside(
      () => rollingBack,
      () => changes++,
    )
    await clock.advance(999)
    expect([told(saver), changes]).toEqual([[1], 0])
    await clock.advance(1)

    expect([told(saver), changes]).toEqual([[1, 2], 1])
  })

  test('is, once what is saved beside has failed, all that there is', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'refuse', error: unavailable }, 3)
    let changes = 0

    saver.saveBeside(
      () => rollingBack,
      () => changes++,
    )
    await clock.advance(0)

    expect([told(saver), changes]).toEqual([[1, 2], 1])
    await clock.advance(100 + 200 + 400)
    expect([told(saver), changes]).toEqual([[1, 2], 2])
    expect(saver.tellable([notice(3)])).toEqual([])
  })

  test('is nothing of what another writer has overtaken', async () => {
    const { clock, store, saver } = setUp()
    await store.save(sampleState({ rev: 1, phase: 'Frozen' }), 0)

    saver.saveBeside(
      () => rollingBack,
      () => {},
    )
    await clock.advance(0)

    expect(told(saver)).toEqual([])
  })
})

describe('a save beside the passes', () => {
  test('is repeated after 100 ms, then twice as late each time up to 5 s, until it is answered', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'refuse', error: unavailable }, 8)
    const present = state('RollingBack')

    saver.saveBeside(
      () => present,
      () => {},
    )
    await clock.advance(100 + 200 + 400 + 800 + 1600 + 3200 + 5000 + 4999)
    expect(saver.settled).toBe(false)
    await clock.advance(1)

    expect(saver.settled).toBe(true)
    expect(phases(store.saves)).toEqual(['1 RollingBack'])
  })

  test('saves what is present when its turn comes', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'delay', ms: 1000 })
    let present = state('Progressing')
    void saver.save(present)

    saver.saveBeside(
      () => present,
      () => {},
    )
    present = state('RollingBack')
    await clock.advance(1000)

    expect(phases(store.saves)).toEqual(['1 Progressing', '2 RollingBack'])
  })

  test('never saves an older state over one that was queued while it waited', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'delay', ms: 1000 }, 2)
    let present = state('RollingBack')
    const newer = state('RolledBack')
    void saver.save(present)
    saver.saveBeside(
      () => present,
      () => {},
    )

    void saver.save(newer, undefined, () => {
      present = newer
    })
    await clock.advance(5000)

    expect(store.state?.phase).toBe('RolledBack')
    expect(phases(store.saves).slice(1)).not.toContain(expect.stringContaining('RollingBack'))
  })

  test('ends when another writer has overtaken it', async () => {
    const { clock, store, saver } = setUp()
    await store.save(sampleState({ rev: 1, phase: 'Frozen' }), 0)
    const present = state('RollingBack')

    saver.saveBeside(
      () => present,
      () => {},
    )
    await clock.advance(60_000)

    expect(phases(store.saves)).toEqual(['1 Frozen'])
    expect(clock.next()).toBeUndefined()
  })

  test('ends when it is stopped', async () => {
    const { clock, store, saver } = setUp()
    store.fault('save', { kind: 'refuse', error: unavailable }, 100)
    const present = state('RollingBack')
    saver.saveBeside(
      () => present,
      () => {},
    )
    await clock.advance(1000)

    saver.stop()
    await clock.advance(0)

    expect(clock.next()).toBeUndefined()
  })
})
