import { describe, expect, test } from 'vitest'
import { render } from '../../src/index.js'
import {
  after,
  foreign,
  healthy,
  interval,
  kinds,
  now,
  policy,
  ready,
  sick,
  state,
  told,
  versions,
  writes,
} from '../builders.js'

const before = state('Progressing')

describe('A change by somebody else', () => {
  test.each([
    ['the weight', { weight: 35 }],
    ['the weight of some routes', { uniform: false }],
    ['the production label', { versions: { ...versions, production: 'v0' } }],
    ['the canary label', { versions: { ...versions, canary: 'v9' } }],
    ['the weight, to 0', { weight: 0 }],
    ['the weight, to 100', { weight: 100 }],
  ])('of %s pauses the rollout, hands off', (_, change) => {
    const decision = after(before, { traffic: foreign(before, change) })

    expect(decision.state).toMatchObject({ phase: 'Paused', weight: 20, step: before.step })
    expect(decision.state.pause?.foreign?.writer).toBe('kubectl-edit')
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['paused_foreign'])
    expect(decision.save).toBe('now')
  })

  test('is told with what was expected, what was found and who wrote last', () => {
    const decision = after(before, { traffic: foreign(before, { weight: 35 }) })

    expect(render(decision.reason)).toMatch(/expected weight 20 %, found weight 35 %.*kubectl-edit/)
  })

  test('of a label is told with both versions', () => {
    const decision = after(before, { traffic: foreign(before, { versions: { production: 'v0', canary: 'v2' } }) })

    expect(decision.reason).toMatchObject({ versions: 'v0/v2' })
  })

  test('of some routes only is told as routes that disagree', () => {
    const decision = after(before, { traffic: foreign(before, { uniform: false }) })

    expect(decision.state.pause?.foreign).not.toHaveProperty('weight', expect.anything())
    expect(render(decision.reason)).toContain('routes that disagree')
  })

  test.each(['Baselining', 'Progressing', 'Holding', 'Paused'] as const)('pauses %s', phase => {
    const at = state(phase)

    const decision = after(at, { traffic: foreign(at, { weight: 35 }) })

    expect(decision.state).toMatchObject({ phase: 'Paused', pause: { foreign: { weight: 35 } } })
    expect(writes(decision)).toEqual([])
  })

  test('in a pause remembers where that pause came from', () => {
    const paused = state('Paused', { pause: { from: 'Holding' } })

    expect(after(paused, { traffic: foreign(paused, { weight: 35 }) }).state.pause?.from).toBe('Holding')
  })

  test('before prepare is none: the first act sets 0, whatever was there', () => {
    const { preparedAt: _, ...unprepared } = state('Baselining')

    expect(after(unprepared, { traffic: foreign(unprepared, { weight: 35 }) }).state.phase).toBe('Baselining')
  })

  test('in a pause before the start is none', () => {
    const { preparedAt: _, ...waiting } = state('Paused', { pause: { from: 'Waiting' }, weight: 0, from: 0 })

    expect(after(waiting, { traffic: foreign(waiting, { weight: 35 }) }).state.pause).toEqual({ from: 'Waiting' })
  })
})

describe('Paused by somebody else’s change', () => {
  const paused = state('Paused', { nextCheckAt: now, pause: { from: 'Progressing', foreign: { weight: 35 } } })
  const traffic = foreign(paused, { weight: 35 })

  test('checks go on at the weight that is there', () => {
    expect(after(paused, { traffic }).effects).toEqual([{ kind: 'measure', purpose: 'check' }])
  })

  test('a healthy check raises nothing', () => {
    const decision = after(paused, { traffic, readings: { ...healthy(paused), generation: 9 } })

    expect(decision.state).toMatchObject({ phase: 'Paused', weight: 20, nextCheckAt: now + interval })
    expect(writes(decision)).toEqual([])
  })

  test('an unhealthy check is announced once, and nothing is done about it', () => {
    const decision = after(paused, { traffic, readings: sick(paused) })
    const again = after(decision.state, { traffic, readings: sick(decision.state) })

    expect(decision.state.phase).toBe('Paused')
    expect(decision.state.outbox.at(-1)?.reason).toMatchObject({ code: 'unhealthy', action: 'none' })
    expect(told(again, decision.state)).toEqual([])
    expect([...writes(decision), ...writes(again)]).toEqual([])
  })

  test('another change by somebody is no news', () => {
    expect(told(after(paused, { traffic: foreign(paused, { weight: 60 }) }), paused)).toEqual([])
  })

  test('traffic that is set back waits for a person all the same', () => {
    const decision = after(paused, { traffic: ready(paused) })

    expect(decision.state).toMatchObject({ phase: 'Paused', pause: { foreign: { weight: 35 } } })
    expect(writes(decision)).toEqual([])
  })

  test('a limit below the weight moves nothing', () => {
    expect(writes(after(paused, { traffic }, policy({ trafficLimit: 10 })))).toEqual([])
  })

  test('what we wrote ourselves and did not record is not written over', () => {
    const late = ready(paused, { weight: 25, generation: 12 })

    expect(writes(after(paused, { traffic: late }))).toEqual([])
    expect(after(paused, { traffic: ready(paused, { weight: 0, generation: 12 }) }).state.phase).toBe('Paused')
  })

  test('a weight that was wanted and not applied is not applied', () => {
    expect(writes(after(paused, { traffic: ready(paused, { weight: 15, generation: 7 }) }))).toEqual([])
  })
})

describe('In Frozen, a change by somebody else', () => {
  const frozen = state('Frozen')
  const decision = after(frozen, { traffic: foreign(frozen, { weight: 35 }) })

  test('is recorded and left', () => {
    expect(decision.state).toMatchObject({ phase: 'Frozen', weight: 20, drift: { weight: 35, writer: 'kubectl-edit' } })
    expect(writes(decision)).toEqual([])
  })

  test('pauses the rollout when it is resumed', () => {
    const { drift: _, ...resumed } = { ...decision.state, phase: 'Progressing' as const, pause: undefined }

    expect(after(JSON.parse(JSON.stringify(resumed)), { traffic: foreign(frozen, { weight: 35 }) }).state.phase).toBe(
      'Paused',
    )
  })
})

describe('After the end, a change by somebody else', () => {
  test.each(['Promoted', 'RolledBack'] as const)('is said once in %s and never mended', phase => {
    const ended = state(phase)
    const traffic = foreign(ended, { weight: 35 })

    const decision = after(ended, { traffic })
    const again = after(decision.state, { traffic })

    expect(decision.state).toMatchObject({ phase, drift: { weight: 35, writer: 'kubectl-edit' } })
    expect(told(decision, ended)).toEqual(['drifted'])
    expect(told(again, decision.state)).toEqual([])
    expect([...decision.effects, ...again.effects]).toEqual([])
  })

  test('of the production label is one, too', () => {
    const promoted = state('Promoted')
    const traffic = foreign(promoted, { versions: { production: 'v1', canary: 'v2' } })

    expect(after(promoted, { traffic }).state.drift?.versions).toEqual({ production: 'v1', canary: 'v2' })
  })

  test('is none of a label where the router shows none', () => {
    const promoted = state('Promoted')

    expect(told(after(promoted, { traffic: { state: 'ready', weight: 0 } }), promoted)).toEqual([])
  })

  test('is not what was left on purpose', () => {
    const left = state('RolledBack', { weight: 20, reason: { code: 'left_as_is', weight: 35, cause: 'foreign' } })

    expect(told(after(left, { traffic: foreign(left, { weight: 35 }) }), left)).toEqual([])
  })

  test('is none where the rollout never touched anything', () => {
    const { preparedAt: _, ...aborted } = state('RolledBack')

    expect(told(after(aborted, { traffic: foreign(aborted, { weight: 35 }) }), aborted)).toEqual([])
  })

  test('is not looked for while the routes can not be read', () => {
    const ended = state('Promoted')

    expect(told(after(ended, { traffic: { state: 'missing', reason: 'gone' } }), ended)).toEqual([])
    expect(kinds(after(ended, { traffic: { state: 'unknown', reason: 'no answer' } }))).toEqual([])
  })
})
