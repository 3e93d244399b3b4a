import { describe, expect, test } from 'vitest'
import {
  after,
  baseline,
  command,
  healthy,
  kinds,
  policy,
  ready,
  sick,
  state,
  told,
  weightAsked,
  writes,
} from '../builders.js'

const problem = 'Envoy rejects http[1]'
const before = state('Progressing')
const traffic = ready(before, { problem })

describe('Routes that have a problem', () => {
  test('let the canary get no more: a passed check holds, and says why', () => {
    const decision = after(before, { traffic, readings: healthy(before) })

    expect(writes(decision)).toEqual([])
    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20 })
    expect(decision.reason).toEqual({ code: 'holding_traffic', weight: 20, detail: problem })
    expect(told(decision, before)).toEqual(['holding_traffic'])
    expect(decision.wakeAt).toBeDefined()
  })

  test('say so once, and are checked on', () => {
    const holding = after(before, { traffic, readings: healthy(before) }).state

    const decision = after(holding, { traffic, readings: healthy(holding) })

    expect(told(decision, holding)).toEqual([])
    expect(decision.state.nextCheckAt).toBeGreaterThan(before.nextCheckAt ?? 0)
  })

  test('let the next passed check raise when the problem is gone', () => {
    const holding = after(before, { traffic, readings: healthy(before) }).state

    expect(weightAsked(after(holding, { readings: healthy(holding) }))).toBe(25)
  })

  test('hold the first increment, and keep the baseline', () => {
    const baselining = state('Baselining')

    const decision = after(baselining, {
      traffic: ready(baselining, { problem }),
      readings: baseline(baselining, 1),
    })

    expect(writes(decision)).toEqual([])
    expect(decision.state.metrics).toMatchObject({ errors: { baseline: 1 } })
    expect(decision.reason).toEqual({ code: 'holding_traffic', weight: 0, detail: problem })
  })

  test('hold the promotion that follows from checks', () => {
    const all = state('Progressing', { weight: 100, from: 95 })

    const decision = after(all, { traffic: ready(all, { problem }), readings: healthy(all) })

    expect(writes(decision)).toEqual([])
    expect(decision.state.phase).toBe('Progressing')
  })

  test('can not carry a promotion, not even by force', () => {
    const decision = after(before, { traffic, command: command('force-promote') })

    expect(writes(decision)).toEqual([])
    expect(decision.state).toMatchObject({ phase: 'Progressing', lastCommand: { refused: problem } })
  })

  test('do not get a raise written again that was not recorded', () => {
    const late = ready(before, { weight: 10, generation: 12, problem })

    expect(weightAsked(after(before, { traffic: late }))).toBeUndefined()
    expect(after(before, { traffic: late, command: command('pause') }).state.phase).toBe('Paused')
  })

  test('are no foreign change', () => {
    const decision = after(before, { traffic })

    expect(decision.state.phase).toBe('Progressing')
    expect(told(decision, before)).toEqual([])
  })
})

describe('Less traffic is never kept back by a problem', () => {
  test('neither when the canary is unhealthy', () => {
    expect(kinds(after(before, { traffic, readings: sick(before) }))).toContain('rollback')
  })

  test('nor when a person aborts', () => {
    expect(kinds(after(before, { traffic, command: command('abort') }))).toContain('rollback')
  })

  test('nor when the limit is lowered', () => {
    expect(weightAsked(after(before, { traffic }, policy({ trafficLimit: 10 })))).toBe(10)
  })

  test('nor when weight 0 is seen at the end of a rollback', () => {
    const rollingBack = state('RollingBack')

    const decision = after(rollingBack, { traffic: ready(rollingBack, { weight: 0, problem }) })

    expect(decision.state.phase).toBe('RolledBack')
    expect(decision.reason).toMatchObject({ because: expect.stringContaining(problem) })
  })
})

describe('Routes that can not be seen', () => {
  const unseen = { state: 'unknown', reason: 'the API server is silent' } as const

  test.each(['Progressing', 'Holding'] as const)('are why a rollout holds in %s', phase => {
    const holding = state(phase)
    const decision = after(holding, { traffic: unseen })

    expect(decision.reason).toEqual({ code: 'holding_traffic', weight: holding.weight, detail: unseen.reason })
    expect(told(decision, holding)).toEqual(['holding_traffic'])
  })
})
