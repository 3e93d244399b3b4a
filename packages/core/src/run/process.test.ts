import { describe, expect, test } from 'vitest'
import type { ReadyTraffic } from '../ports.js'
import { ProcessMemory } from './process.js'

const traffic = (changes: Partial<ReadyTraffic> = {}): ReadyTraffic => ({
  state: 'ready',
  weight: 20,
  generation: 3,
  versions: { production: 'v1', canary: 'v2' },
  ...changes,
})

describe('what a process remembers of the traffic', () => {
  test('a weight has taken effect when its generation was held first', () => {
    const memory = new ProcessMemory(0, undefined)

    memory.saw(traffic(), 1000, false)
    memory.saw(traffic(), 2000, false)

    expect(memory.facts(false).heldSince).toBe(1000)
  })

  test('another generation begins anew, even at the same weight', () => {
    const memory = new ProcessMemory(0, undefined)

    memory.saw(traffic(), 1000, false)
    memory.saw(traffic({ generation: 4 }), 2000, false)

    expect(memory.facts(false).heldSince).toBe(2000)
  })

  test('another version begins anew: the labels are not in the object that is counted', () => {
    const memory = new ProcessMemory(0, undefined)

    memory.saw(traffic(), 1000, false)
    memory.saw(traffic({ versions: { production: 'v1', canary: 'v3' } }), 2000, false)

    expect(memory.facts(false).heldSince).toBe(2000)
  })

  test('without generations, another weight begins anew', () => {
    const memory = new ProcessMemory(0, undefined)

    memory.saw({ state: 'ready', weight: 20 }, 1000, false)
    memory.saw({ state: 'ready', weight: 20 }, 2000, false)
    memory.saw({ state: 'ready', weight: 30 }, 3000, false)

    expect(memory.facts(false).heldSince).toBe(3000)
  })

  test('a write of our own has taken effect when it was answered, however late the next look is', () => {
    const memory = new ProcessMemory(0, undefined)
    memory.saw(traffic(), 1000, false)

    memory.answered(2000, 7)
    memory.saw(traffic({ generation: 4 }), 2750, false)

    expect(memory.facts(false)).toMatchObject({ heldSince: 2000, wrote: { at: 2000, step: 7 } })
  })

  test('an answer stands for one look only: what changes later was changed by somebody else', () => {
    const memory = new ProcessMemory(0, undefined)
    memory.answered(2000, 7)
    memory.saw(traffic({ generation: 4 }), 2750, false)

    memory.saw(traffic({ generation: 5 }), 9000, false)

    expect(memory.facts(false).heldSince).toBe(9000)
  })

  test('routes that are gone say nothing', () => {
    const memory = new ProcessMemory(0, undefined)
    memory.saw(traffic(), 1000, false)

    memory.saw({ state: 'missing', reason: 'gone' }, 2000, false)
    memory.saw(traffic(), 3000, false)

    expect(memory.facts(false).heldSince).toBe(1000)
  })

  test('production is what was seen last, also when nothing can be seen', () => {
    const memory = new ProcessMemory(0, undefined)
    memory.saw(traffic(), 1000, false)
    memory.saw(traffic({ versions: { production: 'v9', canary: 'v2' } }), 2000, false)

    memory.saw({ state: 'unknown', reason: 'silent' }, 3000, false)

    expect(memory.production).toBe('v9')
  })

  test('a process that began with nothing has no doubts', () => {
    expect(new ProcessMemory(0, undefined).facts(false).certain).toBe(true)
  })
})

describe('the doubt that a raise may still land', () => {
  test('ends with a read at the source that shows 0 when every request has died', () => {
    const memory = new ProcessMemory(0, 10_000)

    memory.saw(traffic({ weight: 0 }), 10_000, true)

    expect(memory.facts(true).certain).toBe(true)
    expect(memory.doubtUntil).toBeUndefined()
  })

  test.each([
    ['a read from the cache', traffic({ weight: 0 }), 10_000, false],
    ['a read before its time', traffic({ weight: 0 }), 9_999, true],
    ['a weight above 0', traffic(), 10_000, true],
    ['routes that disagree', traffic({ weight: 0, uniform: false }), 10_000, true],
    ['routes that are gone', { state: 'missing', reason: 'gone' } as const, 10_000, true],
  ])('does not end with %s', (_, seen, now, live) => {
    const memory = new ProcessMemory(0, 10_000)

    memory.saw(seen, now, live)

    expect(memory.facts(live).certain).toBe(false)
  })

  test('lasts as long as the longest of several', () => {
    const memory = new ProcessMemory(0, 10_000)

    memory.doubt(15_000)
    memory.doubt(12_000)

    expect(memory.doubtUntil).toBe(15_000)
  })
})
