import { SimulatedClock, type TrafficRouter } from '@birdwatch/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pacer, paced } from './pacer.js'

const [periodMs, burstMs, quietMs] = [1000, 200, 500]
const never = new AbortController().signal

type Arrival = { at: number; kind: 'shift' | 'rollback' }
interface Written extends Arrival {
  readonly written: number
}

/** Plays arrivals against a paced router and returns when each was written. */
async function play(arrivals: readonly Arrival[]): Promise<Written[]> {
  const clock = new SimulatedClock()
  const written: Written[] = []
  const note = (arrival: Arrival) => async () => void written.push({ ...arrival, written: clock.now() })
  const pacer = new Pacer({ clock, periodMs, burstMs, quietMs })
  const sorted = [...arrivals].sort((a, b) => a.at - b.at)
  for (const arrival of sorted) {
    await clock.advance(arrival.at - clock.now())
    const router = paced({ shift: note(arrival), rollback: note(arrival) } as unknown as TrafficRouter, pacer)
    if (arrival.kind === 'shift') void router.shift(null, 1, { signal: never })
    else void router.rollback(null, { signal: never })
  }
  await clock.advance(60_000)
  return written
}

const arrivals = fc.array(
  fc.record({ at: fc.nat(5000), kind: fc.constantFrom('shift' as const, 'shift' as const, 'rollback' as const) }),
  { minLength: 1, maxLength: 40 },
)
const property = (holds: (written: Written[], list: Arrival[]) => void) =>
  fc.assert(
    fc.asyncProperty(arrivals, async list => {
      holds(await play(list), list)
    }),
  )

describe('Writes to the mesh', () => {
  it('are all made', () => property((written, list) => expect(written).toHaveLength(list.length)))

  it('that roll back are never held up', () =>
    property(written => {
      for (const { at, written: when, kind } of written) if (kind === 'rollback') expect(when).toBe(at)
    }))

  it('that are ordinary leave a rollback its quiet gap', () =>
    property(written => {
      const rollbacks = written.filter(w => w.kind === 'rollback')
      for (const { written: when } of written.filter(w => w.kind === 'shift'))
        expect(rollbacks.filter(r => when > r.written && when < r.written + quietMs)).toEqual([])
    }))

  it('that are ordinary come in short bursts with quiet gaps between them', () =>
    property(written => {
      const times = written.filter(w => w.kind === 'shift').map(w => w.written)
      const begins = times.filter((time, i) => i === 0 || time - (times[i - 1] ?? 0) >= periodMs - burstMs)
      for (const time of times) expect(begins.some(begin => time >= begin && time < begin + burstMs)).toBe(true)
    }))

  it('go at once when nothing was written for a while', async () => {
    expect(await play([{ at: 3000, kind: 'shift' }])).toEqual([{ at: 3000, kind: 'shift', written: 3000 }])
  })

  it('of a second burst wait for the period to end', async () => {
    const written = await play([
      { at: 0, kind: 'shift' },
      { at: 199, kind: 'shift' },
      { at: 200, kind: 'shift' },
    ])
    expect(written.map(w => w.written)).toEqual([0, 199, 1000])
  })

  it('that are given up are not made', async () => {
    const clock = new SimulatedClock()
    const pacer = new Pacer({ clock, periodMs, burstMs, quietMs })
    const abort = new AbortController()
    pacer.urgent()
    const turn = pacer.turn(abort.signal)
    abort.abort(new Error('too late'))
    await expect(turn).rejects.toThrow('too late')
  })
})
