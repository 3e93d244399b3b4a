import {
  type Command,
  type CommandName,
  commands,
  decide,
  initialState,
  type Phase,
  phases,
  type ReadyTraffic,
  type RolloutState,
  type Snapshot,
} from '@birdwatch/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { now, policy, state } from '../../test/support/states.js'
import { offersOf } from './offers.js'

const offered = (before: RolloutState, deleting = false) => offersOf(before, deleting).map(({ command }) => command)

describe('The commands that are offered', () => {
  const going: CommandName[] = ['pause', 'promote', 'force-promote', 'abort']
  const table: readonly (readonly [Phase, readonly CommandName[]])[] = [
    ['Waiting', ['pause', 'abort']],
    ['Baselining', going],
    ['Progressing', going],
    ['Holding', going],
    ['Paused', ['resume', 'promote', 'force-promote', 'abort']],
    ['Frozen', ['resume', 'promote', 'force-promote', 'abort']],
    ['Promoting', []],
    ['RollingBack', []],
    ['Promoted', ['undo']],
    ['RolledBack', ['retry']],
    ['Invalid', []],
  ]

  it.each(table)('in %s are %j.', (phase, expected) => {
    expect(offered(state(phase))).toEqual(expected)
  })

  it('are none while the resource is being deleted.', () => {
    expect(offered(state('Progressing'), true)).toEqual([])
  })

  it('of an Invalid rollout that holds traffic are to abort it.', () => {
    expect(offered(state('Invalid', { weight: 20 }))).toEqual(['abort'])
  })

  it('lack `resume` while the lock is set.', () => {
    expect(offered(state('Paused', { policy: policy({ paused: true }) }))).not.toContain('resume')
  })

  it('lack `promote` before anything began.', () => {
    expect(offered(state('Paused', { pause: { from: 'Waiting' } }))).toEqual(['resume', 'abort'])
  })

  it('lack `promote` and `undo` where a rollout only observes.', () => {
    const observes = { policy: policy({ mode: 'observe' }) }

    expect(offered(state('Progressing', observes))).toEqual(['pause', 'abort'])
    expect(offered(state('Promoted', observes))).toEqual([])
  })

  it('lack `undo` when the version before is not known.', () => {
    const { productionVersion: _, ...first } = state('Promoted')

    expect(offered(first)).toEqual([])
  })

  it('say what they would do, with the version and the weight.', () => {
    const effects = offersOf(state('Progressing')).map(({ effect }) => effect)

    expect(effects).toContain('Stay at 20 %; checks go on.')
    expect(effects).toContain('Move all traffic to v1 at once.')
  })

  it('say that nothing was measured when promoted from the baseline.', () => {
    const promote = offersOf(state('Baselining')).find(({ command }) => command === 'promote')

    expect(promote?.effect).toContain('unmeasured')
  })
})

const states: fc.Arbitrary<RolloutState> = fc
  .record({
    phase: fc.constantFrom(...phases),
    origin: fc.constantFrom<Phase>('Waiting', 'Baselining', 'Progressing', 'Holding'),
    weight: fc.integer({ min: 1, max: 100 }),
    foreign: fc.option(fc.record({ weight: fc.integer({ min: 0, max: 100 }) }), { nil: undefined }),
    paused: fc.boolean(),
    mode: fc.constantFrom('act' as const, 'observe' as const),
    known: fc.boolean(),
    rejected: fc.boolean(),
  })
  .map(({ phase, origin, weight, foreign, paused, mode, known, rejected }) => {
    const from = phase === 'Frozen' ? 'Progressing' : origin
    const lock = paused && foreign === undefined
    const pause = { from, ...(foreign && { foreign }), ...(lock && { lock: true }) }
    const untouched = (phase === 'Paused' ? [from] : [phase]).some(p => ['Waiting', 'Baselining'].includes(p))
    const { productionVersion, ...rest } = state(phase, {
      policy: policy({ paused, mode }),
      preparedAt: now,
      ...(untouched || ['Promoted', 'RolledBack'].includes(phase) ? { weight: 0, from: 0 } : { weight, from: weight }),
      ...(phase === 'Paused' ? { pause } : {}),
      ...(rejected ? { rejected: { code: 'invalid', detail: 'it is 0' } } : {}),
    })
    return known ? { ...rest, productionVersion: productionVersion ?? 'v1' } : rest
  })

const command = (name: CommandName): Command => ({ name, id: `${name}-1` })

/** Everything is there, and the routes show what the rollout wants, or what somebody else has made of it. */
function calm(before: RolloutState, overrides: Partial<Snapshot> = {}): Snapshot {
  const weight = before.pause?.foreign?.weight ?? before.weight
  const promoted = before.phase === 'Promoted'
  const versions = { production: promoted ? 'v2' : 'v1', canary: 'v2' }
  const traffic: ReadyTraffic = { state: 'ready', weight, versions, writer: { name: 'birdwatch', self: true } }
  return {
    now,
    target: before.target,
    deleting: false,
    readiness: { canary: { available: 3, desired: 3 }, production: { available: 3, desired: 3 } },
    traffic,
    process: { heldSince: now - 60_000, certain: true, live: true },
    ...overrides,
  }
}

/** How the engine answers a command: it may need some passes until it comes to it. */
function answer(before: RolloutState, name: CommandName, overrides: Partial<Snapshot> = {}) {
  let after = before
  for (let pass = 0; pass < 3 && after.lastCommand?.id !== command(name).id; pass++)
    after = decide(after.policy, after, calm(after, { ...overrides, command: command(name) })).state
  return after
}

/** The words by which the engine says that it is the phase, or the mode, that forbids a command. */
const forbidden = /^(not possible in|too_late|this rollout only observes|`paused: true`|the version before)/

const runs = { numRuns: 400, seed: 4 }

describe('What is offered, by the engine itself', () => {
  it('is never refused because of the phase, whatever the moment shows.', () => {
    const moments = fc.record({
      canary: fc.integer({ min: 0, max: 3 }),
      production: fc.integer({ min: 0, max: 5 }),
      weight: fc.integer({ min: 0, max: 100 }),
      absent: fc.boolean(),
    })
    fc.assert(
      fc.property(states, moments, (before, { canary, production, weight, absent }) => {
        const versions = { production: 'v1', canary: 'v2' }
        const traffic: Snapshot['traffic'] = absent
          ? { state: 'missing', reason: 'gone' }
          : { state: 'ready', weight, versions, writer: { name: 'kubectl-edit', self: false } }
        const readiness = {
          canary: { available: canary, desired: 3 },
          production: { available: production, desired: production },
        }
        for (const name of offered(before)) {
          const { state: after } = decide(
            before.policy,
            before,
            calm(before, { traffic, readiness, command: command(name) }),
          )
          expect(after.lastCommand?.refused ?? '').not.toMatch(forbidden)
        }
      }),
      runs,
    )
  })

  it('is accepted when everything is there.', () => {
    const usable = states.filter(({ pause }) => pause?.foreign?.weight === undefined || pause.foreign.weight <= 100)
    fc.assert(
      fc.property(usable, before => {
        for (const name of offered(before)) {
          const after = answer(before, name)
          expect(after.lastCommand).toMatchObject({ name })
          expect(after.lastCommand?.refused).toBeUndefined()
        }
      }),
      runs,
    )
  })

  it('is all there is: any other command is refused, or changes nothing.', () => {
    fc.assert(
      fc.property(states, before => {
        const others = commands.filter(name => !offered(before).includes(name))
        for (const name of others) {
          const after = answer(before, name)
          const refused = after.lastCommand?.id === `${name}-1` && after.lastCommand.refused !== undefined
          const unmoved = decide(before.policy, before, calm(before)).state
          expect(refused || after.phase === before.phase || after.phase === unmoved.phase).toBe(true)
        }
      }),
      runs,
    )
  })

  it('begins with the first state of a resource.', () => {
    const first = initialState('uid', policy(), state().target, now)

    expect(offered(first)).toEqual(['pause', 'abort'])
  })
})
