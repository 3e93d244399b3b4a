import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decision, decide, isTerminal, render } from '../src/index.js'
import { type Situation, situations } from './arbitraries.js'
import { interval, told, writes } from './builders.js'

const decided = fc
  .sample(situations, { numRuns: 2000, seed: 20 })
  .map(situation => ({ situation, decision: decide(situation.wanted, situation.before, situation.seen) }))

/** Holds an invariant against thousands of decisions, and shows the situation of the first that breaks it. */
function always(invariant: (decision: Decision, situation: Situation) => void): void {
  for (const { decision, situation } of decided) {
    try {
      invariant(decision, situation)
    } catch (cause) {
      throw new Error(`${(cause as Error).message}\nin ${JSON.stringify(situation)}`, { cause })
    }
  }
}

const weightSeen = ({ seen }: Situation) => (seen.traffic.state === 'ready' ? seen.traffic.weight : undefined)
const productionLost = ({ seen }: Situation) => (seen.readiness.production?.available ?? 0) === 0
const asked = (decision: Decision) =>
  writes(decision).flatMap(write => (write.kind === 'shift' ? [write.weight] : write.kind === 'rollback' ? [0] : []))

describe('Whatever is remembered and whatever is seen,', () => {
  test('a decision asks for one write at most', () => {
    always(decision => {
      expect(writes(decision).length).toBeLessThanOrEqual(1)
    })
  })

  test('no weight above the limit is asked for', () => {
    always(decision => {
      for (const weight of asked(decision)) expect(weight).toBeLessThanOrEqual(decision.state.policy.trafficLimit)
    })
  })

  test('no increment is made without a passed check at the present weight, in effect for an interval', () => {
    always((decision, { before, seen }) => {
      if (!told(decision, before).includes('raised') || before.phase === 'Baselining') return
      expect(seen.readings).toMatchObject({
        step: before.step,
        endedAt: expect.any(Number),
        purpose: 'check',
        generation: 8,
      })
      expect(Object.values(decision.state.metrics).map(m => m.verdict)).toEqual(['healthy'])
      expect(seen.readings?.startedAt).toBeGreaterThanOrEqual(seen.process.heldSince + interval)
      expect(seen.traffic).toMatchObject({ state: 'ready', weight: before.weight })
      expect(decision.state.weight).toBeLessThanOrEqual(before.weight + decision.state.policy.increment)
    })
  })

  test('no increment is made while a version can not fully serve', () => {
    always((decision, situation) => {
      if (!told(decision, situation.before).includes('raised')) return
      expect(situation.seen.readiness.canary).toEqual({ available: 3, desired: 3 })
      expect(productionLost(situation)).toBe(false)
    })
  })

  test('no traffic is moved to an empty production, but by a person’s abort or promotion', () => {
    always((decision, situation) => {
      if (!productionLost(situation)) return
      const down = asked(decision).filter(weight => weight < (weightSeen(situation) ?? situation.before.weight))
      if (down.length > 0) expect(decision.reason.code).toBe('aborted')
    })
  })

  test('the canary destination is pointed at a version only at weight 0, and only when that is certain', () => {
    always((decision, situation) => {
      if (!writes(decision).some(write => write.kind === 'prepare')) return
      expect(situation.seen.traffic).toMatchObject({ state: 'ready', weight: 0 })
      expect(situation.seen.process.certain).toBe(true)
    })
  })

  test('what somebody else has changed is not written over without a command', () => {
    always((decision, { before, seen }) => {
      const foreign = before.pause?.foreign !== undefined || told(decision, before).includes('paused_foreign')
      if (!foreign || seen.command !== undefined || before.target.canaryVersion !== seen.target.canaryVersion) return
      if (seen.readiness.revision !== before.revision) return
      expect(writes(decision)).toEqual([])
    })
  })

  test('a rollout that only observes writes nothing', () => {
    always((decision, { before }) => {
      if (decision.state.policy.mode !== 'observe' || ['RollingBack', 'Promoting'].includes(before.phase)) return
      expect(writes(decision)).toEqual([])
    })
  })

  test('what has ended stays ended, but for a new target, retry and undo', () => {
    always((decision, { before, seen }) => {
      if (!isTerminal(before) || decision.state.phase === before.phase) return
      const again = seen.target.canaryVersion !== 'v2' || seen.readiness.revision !== 'build-1'
      const commanded = ['retry', 'undo'].includes(seen.command?.name ?? '')
      expect(again || commanded).toBe(true)
    })
  })

  test('a new weight is a new step, and steps never go back', () => {
    always((decision, { before }) => {
      expect(decision.state.step).toBeGreaterThanOrEqual(before.step)
      const observes = decision.state.policy.mode === 'observe'
      const found = decision.reason.code === 'already_production'
      if (observes || found || decision.state.weight === before.weight) return
      expect(decision.state.step).toBeGreaterThan(before.step)
    })
  })

  test('what a decision changes for good is saved before it is applied', () => {
    always((decision, { before }) => {
      const { phase, weight, step } = decision.state
      if (phase === before.phase && weight === before.weight && step === before.step) return
      expect(['now', 'beside']).toContain(decision.save)
    })
  })

  test('what holds before it is saved takes traffic away at most', () => {
    always((decision, { before }) => {
      if (decision.save !== 'beside') return
      const observes = decision.state.policy.mode === 'observe'
      expect(observes || decision.state.weight <= before.weight).toBe(true)
      expect(writes(decision).filter(({ kind }) => kind !== 'rollback')).toEqual([])
      expect(['RollingBack', 'Frozen', 'Paused', before.phase]).toContain(decision.state.phase)
    })
  })

  test('nothing is saved that did not change', () => {
    always((decision, { before }) => {
      const same = JSON.stringify(decision.state) === JSON.stringify(before)
      if (same) expect(decision.save).toBe('no')
    })
  })

  test('a command is acknowledged when it was answered, and only then', () => {
    always((decision, { before, seen }) => {
      const acknowledged = decision.effects.filter(effect => effect.kind === 'acknowledge')
      const answered = decision.state.lastCommand !== undefined && before.lastCommand === undefined
      expect(acknowledged).toEqual(answered ? [{ kind: 'acknowledge', id: seen.command?.id }] : [])
    })
  })

  test('what is remembered is plain JSON, and bounded', () => {
    always(({ state }) => {
      expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      expect(state.outbox.length).toBeLessThanOrEqual(20)
      expect(state.history.length).toBeLessThanOrEqual(5)
    })
  })

  test('every reason can be read by a person', () => {
    always(({ state, reason }) => {
      for (const text of [render(reason), ...state.outbox.map(notice => render(notice.reason))])
        expect(text).not.toMatch(/undefined|NaN|null|\[object/)
    })
  })

  test('the same situation is decided alike', () => {
    always((decision, { wanted, before, seen }) => {
      expect(decide(wanted, before, seen)).toEqual(decision)
    })
  })
})
