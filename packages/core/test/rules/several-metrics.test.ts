import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/index.js'
import { after, baseline, check, failure, policy, state, value } from '../builders.js'

const names = ['errors', 'latency', 'saturation'] as const
const three = policy({ metrics: names.map(name => ({ name, metric: `${name}()`, deviation: 1 })) })
const before = state('Progressing', {
  policy: three,
  metrics: Object.fromEntries(names.map(name => [name, { name, allowed: 1, baseline: 10, verdict: 'healthy' }])),
})

type Kind = 'healthy' | 'inconclusive' | 'unhealthy'
const example: Record<Kind, Reading> = { healthy: value(10.5), inconclusive: failure(), unhealthy: value(20) }
const decideOn = (...kinds: readonly Kind[]) => {
  const metrics = Object.fromEntries(kinds.map((kind, i) => [names[i] ?? '', { metric: example[kind] }]))
  return after(before, { readings: check(before, 0, { metrics }) })
}

describe('A metric', () => {
  test.each(['constructor', 'toString', 'hasOwnProperty'])('may be called %s', name => {
    const odd = policy({ metrics: [{ name, metric: 'errors()', deviation: 1 }] })
    const baselining = state('Baselining', { policy: odd })
    const measured = { metrics: { [name]: { metric: value(10) } } }

    const raised = after(baselining, { readings: baseline(baselining, 0, measured) }).state
    const waiting = after(baselining, { readings: baseline(baselining, 0, { metrics: {} }) })

    expect(raised).toMatchObject({ phase: 'Progressing', metrics: { [name]: { baseline: 10 } } })
    expect(waiting.reason).toEqual({ code: 'waiting_for_data', cause: 'no_data', metric: name })
  })
})

describe('Of several metrics', () => {
  test('one unhealthy is unhealthy, and is the one that is named', () => {
    const decision = decideOn('healthy', 'inconclusive', 'unhealthy')

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { code: 'unhealthy', metric: 'saturation' } })
  })

  test('else one inconclusive is inconclusive, and is the one that is named', () => {
    const decision = decideOn('healthy', 'inconclusive', 'healthy')

    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', metric: 'latency' })
    expect(decision.state.weight).toBe(20)
  })

  test('all healthy is healthy, and all are shown', () => {
    const decision = decideOn('healthy', 'healthy', 'healthy')

    expect(decision.state.weight).toBe(25)
    expect(decision.reason).toMatchObject({
      code: 'raised',
      metrics: names.map(metric => ({ metric, reading: 10.5, baseline: 10, allowed: 1 })),
    })
  })

  test('each keeps its own numbers and verdict', () => {
    const { metrics } = decideOn('healthy', 'inconclusive', 'healthy').state

    expect(Object.values(metrics).map(({ verdict }) => verdict)).toEqual(['healthy', 'inconclusive', 'healthy'])
  })

  test('the worst decides, whatever their order', () => {
    const kind = fc.constantFrom<Kind>('healthy', 'inconclusive', 'unhealthy')
    const outcomes = { healthy: 'raised', inconclusive: 'holding_inconclusive', unhealthy: 'unhealthy' }
    fc.assert(
      fc.property(fc.tuple(kind, kind, kind), kinds => {
        const worst = (['unhealthy', 'inconclusive', 'healthy'] as const).find(k => kinds.includes(k)) ?? 'healthy'
        expect(decideOn(...kinds).reason.code).toBe(outcomes[worst])
      }),
      { seed: 1 },
    )
  })

  test('a missing one is waited for unless another is unhealthy already', () => {
    expect(decideOn('healthy', 'healthy').used).toBe(false)
    expect(decideOn('healthy', 'unhealthy').state.phase).toBe('RollingBack')
  })
})
