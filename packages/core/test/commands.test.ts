import { describe, expect, test } from 'vitest'
import type { Phase } from '../src/index.js'
import {
  after,
  bothServe,
  canaryHas,
  command,
  foreign,
  interval,
  noProduction,
  now,
  pods,
  policy,
  ready,
  seconds,
  state,
  told,
  versions,
  writes,
} from './builders.js'

const refused = (phase: Phase, name: string, overrides: Parameters<typeof after>[1] = {}) =>
  after(state(phase), { ...overrides, command: command(name) }).state.lastCommand?.refused

describe('A command', () => {
  test('is recorded with who gave it, who they claim to be and when it was seen', () => {
    const asked = command('pause', { by: 'kubectl-annotate', claims: 'ada' })

    const { state: paused } = after(state('Progressing'), { command: asked })

    expect(paused.lastCommand).toEqual({ name: 'pause', id: 'pause-1', by: 'kubectl-annotate', claims: 'ada', at: now })
  })

  test('that was decided already is acknowledged again and not carried out again', () => {
    const before = state('Paused', { lastCommand: { ...command('pause'), at: now - seconds(1) } })
    const resumed = { ...before, phase: 'Progressing', pause: undefined } as typeof before

    const decision = after(resumed, { command: command('pause') })

    expect(decision.state.phase).toBe('Progressing')
    expect(decision.effects).toEqual([{ kind: 'acknowledge', id: 'pause-1' }])
  })

  test('that equals an earlier one but has another id is a new wish', () => {
    const before = state('Progressing', { lastCommand: { ...command('pause'), at: now - seconds(60) } })

    const decision = after(before, { command: command('pause', { id: 'pause-2' }) })

    expect(decision.state).toMatchObject({ phase: 'Paused', lastCommand: { id: 'pause-2' } })
  })

  test('that does not exist is refused by name, with the ones that do', () => {
    const before = state('Progressing')

    const decision = after(before, { command: command('proceed') })

    expect(decision.state.phase).toBe('Progressing')
    expect(told(decision, before)).toEqual(['command_refused'])
    expect(decision.state.lastCommand).toMatchObject({
      name: 'proceed',
      refused: expect.stringContaining('pause, resume, promote, force-promote, abort, retry, undo'),
    })
  })

  test('that is refused names the phase it is not possible in', () => {
    expect(refused('Progressing', 'resume')).toContain('Progressing')
    expect(refused('Waiting', 'promote')).toContain('Waiting')
    expect(refused('RolledBack', 'abort')).toContain('RolledBack')
    expect(refused('RolledBack', 'abort')).not.toContain('too_late')
  })

  test('that comes after the point of no return is refused as too late', () => {
    expect(refused('Promoting', 'abort')).toContain('too_late')
    expect(refused('Promoting', 'pause')).toContain('too_late')
    expect(refused('RollingBack', 'promote')).toContain('too_late')
  })

  test('is saved before anything it leads to', () => {
    expect(after(state('Progressing'), { command: command('pause') }).save).toBe('now')
    expect(after(state('Progressing'), { command: command('nonsense') }).save).toBe('now')
  })
})

describe('retry', () => {
  test('begins the same version anew after a rollback', () => {
    const before = state('RolledBack')

    const { state: again } = after(before, { command: command('retry') })

    expect(again).toMatchObject({ phase: 'Waiting', id: 'uid-2', number: 2, target: before.target, metrics: {} })
    expect(again.lastCommand).toEqual({ ...command('retry'), at: now })
  })

  test.each(['Waiting', 'Progressing', 'Paused', 'Frozen', 'Promoting', 'Promoted', 'Invalid'] as const)(
    'is refused in %s',
    phase => {
      expect(refused(phase, 'retry')).toMatch(/\S/)
    },
  )
})

describe('undo', () => {
  test('makes the version before production again, while its pods run', () => {
    const before = state('Promoted')

    const decision = after(before, { command: command('undo') })
    const done = after(decision.state, { traffic: ready(before, { versions: { production: 'v1', canary: 'v2' } }) })

    expect(decision.state).toMatchObject({ phase: 'Promoting', reason: { cause: 'undo', version: 'v1' } })
    expect(decision.state.endedAt).toBeUndefined()
    expect(decision.state.lastCommand).toEqual({ ...command('undo'), at: now })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v1' }])
    expect(done.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'undone', version: 'v1' }, endedAt: now })
    expect(done.state.undoing).toBeUndefined()
  })

  test('does not count the version it leaves as the one it makes production', () => {
    const before = state('Promoted')
    const undoing = after(before, { command: command('undo') }).state

    const decision = after(undoing, { traffic: ready(before) })

    expect(decision.state.phase).toBe('Promoting')
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v1' }])
  })

  test('is refused when no pod of the version before is available, and names the version', () => {
    const { production: _, ...readiness } = noProduction

    expect(refused('Promoted', 'undo', { readiness: noProduction })).toContain('v1')
    expect(refused('Promoted', 'undo', { readiness })).toContain('v1')
  })

  test('is refused when the version before is not known', () => {
    const { productionVersion: _, ...before } = state('Promoted')

    expect(after(before, { command: command('undo') }).state.lastCommand?.refused).toMatch(/not known/)
  })

  test('is refused when the routes are gone', () => {
    expect(refused('Promoted', 'undo', { traffic: { state: 'missing', reason: 'no VirtualService' } })).toMatch(
      /routes/,
    )
  })

  test.each(['Waiting', 'Progressing', 'Paused', 'Frozen', 'Promoting', 'RolledBack', 'Invalid'] as const)(
    'is refused in %s',
    phase => {
      expect(refused(phase, 'undo')).toMatch(/\S/)
    },
  )
})

describe('promote', () => {
  const fewer = { ...bothServe, canary: pods(2), production: pods(5) }

  test('is refused with the two counts while the canary has fewer available pods than production', () => {
    const decision = after(state('Progressing'), { command: command('promote'), readiness: fewer })

    expect(decision.state.phase).toBe('Progressing')
    expect(writes(decision)).toEqual([])
    expect(decision.state.lastCommand?.refused).toMatch(/\b2\b.*\b5\b.*force-promote/)
  })

  test('is possible with as many', () => {
    const decision = after(state('Progressing'), { command: command('promote') })

    expect(decision.state.phase).toBe('Promoting')
  })

  test('is possible with fewer by force', () => {
    const decision = after(state('Progressing'), { command: command('force-promote'), readiness: fewer })

    expect(decision.state).toMatchObject({ phase: 'Promoting', lastCommand: { ...command('force-promote'), at: now } })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('ends a pause', () => {
    expect(after(state('Paused'), { command: command('promote') }).state.pause).toBeUndefined()
  })

  test('is no news while promoting, not even by force', () => {
    const decision = after(state('Promoting'), { command: command('force-promote') })

    expect(decision.state.lastCommand).toEqual({ ...command('force-promote'), at: now })
  })

  test('is refused without any canary pod, even by force', () => {
    const decision = after(state('Baselining'), { command: command('force-promote'), readiness: canaryHas(0) })

    expect(decision.state).toMatchObject({
      phase: 'Baselining',
      lastCommand: { refused: expect.stringMatching(/pod/) },
    })
    expect(writes(decision)).toEqual([])
  })

  test('is refused while the routes can not be used', () => {
    const traffic = { state: 'missing', reason: 'no VirtualService' } as const

    expect(refused('Progressing', 'promote', { traffic })).toMatch(/routes/)
  })

  test('is refused for a rollout that was paused before it began', () => {
    const before = state('Paused', { pause: { from: 'Waiting' }, weight: 0, from: 0 })

    const decision = after(before, { command: command('promote') })

    expect(decision.state).toMatchObject({ phase: 'Paused', lastCommand: { refused: expect.stringMatching(/\S/) } })
    expect(writes(decision)).toEqual([])
  })
})

describe('resume', () => {
  test('goes back to where a pause before the first increment came from', () => {
    const waiting = state('Paused', { pause: { from: 'Waiting' }, weight: 0, from: 0 })
    const baselining = state('Paused', { pause: { from: 'Baselining' }, weight: 0, from: 0 })

    expect(after(waiting, { command: command('resume') }).state.phase).toBe('Waiting')
    expect(after(baselining, { command: command('resume') }).state.phase).toBe('Baselining')
  })

  test('goes on with the same rollout where nothing was prepared before the pause', () => {
    const { preparedAt: _, ...before } = state('Paused', { weight: 0, from: 0 })
    const resumed = (from: Phase) => after({ ...before, pause: { from } }, { command: command('resume') }).state

    expect(resumed('Waiting')).toMatchObject({ phase: 'Waiting', number: 1 })
    expect(resumed('Baselining')).toMatchObject({ phase: 'Baselining', number: 1 })
  })

  test('asks nothing of the routes after a pause: they are as they were', () => {
    const traffic = { state: 'unknown', reason: 'no answer' } as const

    expect(after(state('Paused'), { command: command('resume'), traffic }).state.phase).toBe('Progressing')
  })

  test('goes on in Progressing after a freeze, wherever it was frozen, and forgets what others changed there', () => {
    const before = state('Frozen', { pause: { from: 'Holding' }, drift: { weight: 35 } })

    const { state: resumed } = after(before, { command: command('resume') })

    expect(resumed.phase).toBe('Progressing')
    expect(resumed.drift).toBeUndefined()
  })

  test('starts counting unhealthy checks anew', () => {
    const before = state('Frozen', { failures: 3 })

    expect(after(before, { command: command('resume') }).state.failures).toBe(0)
  })

  test('leaves room for the settling time before the next check', () => {
    const settling = policy({ settle: 7 })
    const before = state('Paused', { policy: settling })

    const { state: resumed } = after(before, { command: command('resume') })

    expect(resumed.nextCheckAt).toBe(now + interval + seconds(7))
  })

  test('is refused in Frozen while no production pod is available', () => {
    const before = state('Frozen', { reason: { code: 'no_production', weight: 20 } })

    const decision = after(before, { command: command('resume'), readiness: noProduction })

    expect(decision.state).toMatchObject({
      phase: 'Frozen',
      lastCommand: { refused: expect.stringMatching(/production/) },
    })
  })
})

describe('resume after somebody else changed the traffic', () => {
  const before = state('Paused', { pause: { from: 'Progressing', foreign: { weight: 35 } } })
  const resume = (traffic: ReturnType<typeof foreign>, spec = {}) =>
    after(before, { command: command('resume'), traffic }, policy(spec))

  test('is refused and names it when the routes disagree', () => {
    const decision = resume(foreign(before, { weight: 35, uniform: false }))

    expect(decision.state).toMatchObject({ phase: 'Paused', weight: 20 })
    expect(decision.state.lastCommand?.refused).toMatch(/routes disagree/)
  })

  test('is refused and names both numbers when the weight found is above the limit', () => {
    const decision = resume(foreign(before, { weight: 35 }), { trafficLimit: 30 })

    expect(decision.state.lastCommand?.refused).toMatch(/35.*30/)
    expect(writes(decision)).toEqual([])
  })

  test('adopts a weight that equals the limit', () => {
    const decision = resume(foreign(before, { weight: 35 }), { trafficLimit: 35 })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 35 })
  })

  test.each([
    ['production', { ...versions, production: 'v0' }],
    ['canary', { ...versions, canary: 'v9' }],
  ])('is refused and names the versions when the %s label is not ours', (_, labels) => {
    const decision = resume(foreign(before, { weight: 20, versions: labels }))

    expect(decision.state.phase).toBe('Paused')
    expect(decision.state.lastCommand?.refused).toContain(labels.production)
    expect(decision.state.lastCommand?.refused).toContain(labels.canary)
    expect(decision.state.lastCommand?.refused).toContain('expected v1 and v2')
  })

  test('is refused while the routes are gone', () => {
    const decision = after(before, {
      command: command('resume'),
      traffic: { state: 'missing', reason: 'no VirtualService' },
    })

    expect(decision.state.lastCommand?.refused).toMatch(/routes/)
  })

  test('begins anew from Baselining, whatever the routes are: the first act brings them to 0', () => {
    const baselining = state('Paused', { pause: { from: 'Baselining', foreign: { weight: 35 } }, weight: 0, from: 0 })
    const traffic = foreign(baselining, { weight: 35, uniform: false })

    expect(after(baselining, { command: command('resume'), traffic }).state).toMatchObject({ phase: 'Waiting' })
  })

  test('adopts a weight of 0', () => {
    const decision = resume(foreign(before, { weight: 0 }))

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 0, from: 0 })
  })
})

describe('paused: true', () => {
  const locked = policy({ paused: true })

  test.each(['Waiting', 'Baselining', 'Progressing', 'Holding'] as const)('pauses a rollout in %s', phase => {
    const before = state(phase)

    const decision = after(before, {}, locked)

    expect(decision.state).toMatchObject({ phase: 'Paused', pause: { from: phase, lock: true } })
    expect(told(decision, before)).toEqual(['paused'])
    expect(writes(decision)).toEqual([])
  })

  test.each(['Frozen', 'Promoting', 'RollingBack', 'Promoted', 'RolledBack', 'Invalid'] as const)(
    'leaves a rollout in %s as it is',
    phase => {
      expect(after(state(phase), {}, locked).state.phase).toBe(phase)
    },
  )

  test('is said once', () => {
    const before = after(state('Progressing'), {}, locked).state

    expect(told(after(before, {}, locked), before)).toEqual([])
  })

  test.each(['Paused', 'Frozen'] as const)('makes resume refused in %s, which says so', phase => {
    const decision = after(state(phase), { command: command('resume') }, locked)

    expect(decision.state.phase).toBe(phase)
    expect(decision.state.lastCommand?.refused).toContain('`paused: true`')
  })

  test('lets the rollout go on by itself when it is taken away', () => {
    const before = state('Paused', { policy: locked, pause: { from: 'Progressing', lock: true } })

    const decision = after(before, {}, policy())

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, nextCheckAt: now + interval })
    expect(told(decision, before)).toEqual(['resumed'])
  })

  test('answers a resume that comes as it is taken away', () => {
    const before = state('Paused', { policy: locked, pause: { from: 'Progressing', lock: true } })

    const decision = after(before, { command: command('resume') }, policy())

    expect(decision.state).toMatchObject({ phase: 'Progressing', reason: { code: 'resumed', by: 'kubectl-annotate' } })
    expect(decision.state.lastCommand).toEqual({ ...command('resume'), at: now })
  })

  test('is not said to be taken away by whoever commands something else', () => {
    const before = state('Paused', { policy: locked, pause: { from: 'Progressing', lock: true } })

    expect(after(before, { command: command('proceed') }, policy()).reason).toEqual({ code: 'resumed', weight: 20 })
  })

  test('leaves a rollout paused that a person paused', () => {
    const before = state('Paused', { policy: locked })

    expect(after(before, {}, policy()).state.phase).toBe('Paused')
  })

  test('does not stand in the way of an abort', () => {
    const before = state('Paused', { policy: locked, pause: { from: 'Progressing', lock: true } })

    expect(after(before, { command: command('abort') }, locked).state.phase).toBe('RollingBack')
  })
})
