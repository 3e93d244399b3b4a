import { describe, expect, test } from 'vitest'
import {
  after,
  baseline,
  bothServe,
  canaryHas,
  command,
  facts,
  foreign,
  healthy,
  kinds,
  live,
  noProduction,
  now,
  policy,
  ready,
  sick,
  state,
  target,
  told,
  weightAsked,
  writes,
} from '../builders.js'

const observing = policy({ mode: 'observe' })
const { preparedAt: _, ...observed } = state('Progressing', { policy: observing, nextCheckAt: now })
const { preparedAt: __, ...baselining } = state('Baselining', { policy: observing, nextCheckAt: now })

describe('mode: observe', () => {
  test('begins without touching the traffic', () => {
    const waiting = state('Waiting')
    const traffic = ready(waiting, { weight: 30 })

    const decision = after(waiting, { readiness: bothServe, traffic }, observing)

    expect(decision.state.phase).toBe('Baselining')
    expect(writes(decision)).toEqual([])
    expect(writes(after(decision.state, { traffic }, observing))).toEqual([])
  })

  test('takes a baseline, which waits for no propagation: nothing was written', () => {
    const process = facts({ heldSince: now })

    expect(after(baselining, { process }).effects).toEqual([{ kind: 'measure', purpose: 'baseline' }])
  })

  test('goes on after a pause where it was', () => {
    const { preparedAt: _, ...paused } = state('Paused', { policy: observing })

    const decision = after(paused, { command: command('resume') })

    expect(decision.state).toMatchObject({ phase: 'Progressing', number: 1, metrics: paused.metrics })
  })

  test('goes on from the baseline without an increment', () => {
    const decision = after(baselining, { readings: baseline(baselining, 1) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 0, metrics: { errors: { baseline: 1 } } })
    expect(writes(decision)).toEqual([])
  })

  test('checks', () => {
    expect(after(observed).effects).toEqual([{ kind: 'measure', purpose: 'check' }])
  })

  test('reports the weight that is there, whoever sets it', () => {
    const decision = after(observed, { traffic: foreign(observed, { weight: 35 }) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 35 })
    expect(told(decision, observed)).toEqual([])
  })

  test('a passed check raises nothing', () => {
    const decision = after(observed, { readings: healthy(observed) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, reason: { code: 'check_passed' } })
    expect(writes(decision)).toEqual([])
  })

  test('an unhealthy check is announced and nothing else', () => {
    const decision = after(observed, { readings: sick(observed) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', reason: { code: 'unhealthy', action: 'none' } })
    expect(told(decision, observed)).toEqual(['unhealthy'])
    expect(writes(decision)).toEqual([])
  })

  test.each([
    ['a dead canary', { readiness: canaryHas(0) }],
    ['a lost production', { readiness: noProduction }],
    ['promote', { command: command('promote') }],
    ['abort', { command: command('abort') }],
    ['deletion', { deleting: true, process: live }],
    ['a new target', { target: { ...target, canaryVersion: 'v3' }, process: live }],
  ])('%s writes nothing', (_, event) => {
    expect(writes(after(observed, event))).toEqual([])
  })

  test('refuses promote, and says why', () => {
    const decision = after(observed, { command: command('promote') })

    expect(decision.state.lastCommand?.refused).toMatch(/observe/)
  })

  test('ends by deletion at once: there is nothing to look at first', () => {
    const decision = after(observed, { deleting: true })

    expect(decision.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'deleted', weight: 20 } })
    expect(decision.effects).toEqual([])
  })

  test('ends by abort', () => {
    expect(after(observed, { command: command('abort') }).state.phase).toBe('RolledBack')
  })

  test('stops a rollout that acted where it is', () => {
    const acting = state('Progressing', { weight: 25, from: 20 })

    const decision = after(acting, { traffic: ready(acting, { weight: 20, generation: 7 }) }, observing)

    expect(writes(decision)).toEqual([])
    expect(decision.state.weight).toBe(20)
  })

  test('undo writes nothing, and says why', () => {
    const decision = after(state('Promoted'), { command: command('undo') }, observing)

    expect(writes(decision)).toEqual([])
    expect(decision.state.lastCommand?.refused).toMatch(/observe/)
  })

  test('an observed rollout does not move on by itself when it is over', () => {
    const ended = state('RolledBack', { policy: observing })

    expect(kinds(after(ended))).toEqual([])
  })
})

describe('An edit from observe to act', () => {
  test.each(['Baselining', 'Progressing', 'Holding'] as const)('begins at the beginning in %s', phase => {
    const { preparedAt: _, ...before } = state(phase, { policy: observing })
    const traffic = { state: 'ready', weight: before.weight, generation: 8 } as const

    const decision = after(before, { traffic, readings: healthy(before) }, policy())

    expect(decision.state).toMatchObject({ phase: 'Baselining', number: 2, weight: 0, metrics: {} })
    expect(decision.state.preparedAt).toBeUndefined()
    expect(writes(decision)).toEqual([])
  })

  test.each(['Frozen', 'Paused', 'RollingBack', 'Promoting'] as const)('leaves the phase in %s', phase => {
    const before = state(phase, { policy: observing })

    expect(after(before, {}, policy()).state).toMatchObject({ phase, number: 1 })
  })

  test.each(['Frozen', 'Paused'] as const)('begins at the beginning when %s is resumed', phase => {
    const { preparedAt: _, ...before } = state(phase)

    const decision = after(before, { command: command('resume') })

    expect(decision.state).toMatchObject({ phase: 'Waiting', number: 2, weight: 0 })
    expect(writes(decision)).toEqual([])
  })

  test('finishes a rollback that was under way', () => {
    const before = state('RollingBack', { policy: observing })

    expect(weightAsked(after(before, {}, policy()))).toBe(0)
    expect(after(before, { traffic: ready(before, { weight: 0 }) }, policy()).state.phase).toBe('RolledBack')
  })
})

describe('An edit from act to observe', () => {
  test.each(['RollingBack', 'Promoting'] as const)('leaves what is wanted in %s, to the end', phase => {
    const before = state(phase)

    const decision = after(before, {}, observing)

    expect(decision.state).toMatchObject({ phase, weight: before.weight, step: before.step })
    expect(writes(decision)).toEqual(writes(after(before)))
  })
})
