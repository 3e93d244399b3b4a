import type { SearchOptions } from './search.js'
import type { Scope } from './world/choices.js'

/** A trap that the product must not fall into: the rule that prevents it, taken out, and the law that is broken then. */
export interface Trap extends SearchOptions {
  readonly law: string
  readonly scope: Scope
}

export const traps: Readonly<Record<string, Trap>> = {
  'a late raise lands after the rollback': {
    faults: 1,
    hands: 1,
    scope: { faults: ['lose'], deeds: ['abort'], during: ['Progressing'], at: 10, healthy: true },
    cuts: [
      {
        file: 'core/src/run/process.ts',
        find: 'const certain = this.#doubtUntil === undefined',
        replace: 'const certain = true',
      },
    ],
    only: ['no weight rises where none is wanted'],
    law: 'no weight rises where none is wanted',
  },
  'a standby trusts what it happens to have heard': {
    faults: 1,
    hands: 0,
    scope: { faults: ['crash'], deeds: [], during: ['Baselining'], healthy: true },
    staleStandby: true,
    cuts: [{ file: 'controller/src/reconciler.ts', find: 'await this.#readTraffic(key)', replace: '' }],
    law: 'nobody is said to have changed the traffic who has not',
  },
  'an ex-leader judges what was saved meanwhile by traffic that it read before': {
    faults: 1,
    hands: 0,
    scope: { faults: ['depose'], deeds: [], during: ['Waiting', 'Baselining'], healthy: true },
    cuts: [
      {
        file: 'controller/src/reconciler.ts',
        find: 'state.rev !== rev; state = saved()',
        replace: 'rev === undefined; state = saved()',
      },
    ],
    law: 'nobody is said to have changed the traffic who has not',
  },
  'an intent of ours that is not applied is called somebody else’s': {
    faults: 1,
    hands: 0,
    scope: { faults: ['crash'], deeds: [], during: ['Progressing'], healthy: true },
    cuts: [
      {
        file: 'core/src/decide/standing.ts',
        find: 'if (labelled && shows(traffic, state.from) && !answered && young)',
        replace: 'if (false)',
      },
    ],
    law: 'nobody is said to have changed the traffic who has not',
  },
  'a weight is applied again after a rollback whose save was lost': {
    faults: 1,
    hands: 0,
    scope: { faults: ['crash'], deeds: [], during: ['Progressing'], at: 10 },
    cuts: [
      {
        file: 'core/src/decide/safety.ts',
        find: `!shows(turn.snapshot.traffic, 0) || turn.productionLost`,
        replace: 'turn.now > 0',
      },
      {
        file: 'core/src/decide/safety.ts',
        find: '|| shows(turn.snapshot.traffic, 0)) return false',
        replace: ') return false',
      },
    ],
    law: 'a rollout that was brought back to 0 rises no more',
  },
  'the save of an ex-leader undoes a pause': {
    faults: 1,
    hands: 1,
    scope: { faults: ['depose'], deeds: ['pause'] },
    cuts: [
      {
        file: 'controller/src/store.ts',
        find: `: { op: 'test', path: '/status/engine/rev', value: expectedRev }`,
        replace: `: { op: 'test', path: '/metadata/name', value: name }`,
      },
    ],
    only: ['what waits for a person goes on when a person says so'],
    law: 'what waits for a person goes on when a person says so',
  },
  'a lowered limit is written over the 0 of a person': {
    faults: 0,
    hands: 2,
    scope: { faults: [], deeds: ['limit', 'weight'], during: ['Progressing'], healthy: true },
    cuts: [
      {
        file: 'router-istio/src/plan.ts',
        find: 'if (token !== undefined && isOutdated(token, layout))',
        replace: 'if (false)',
      },
    ],
    law: 'no weight is written over what people have set',
  },
  'a weight is adopted without its full interval': {
    faults: 0,
    hands: 2,
    scope: { faults: [], deeds: ['weight', 'resume'], during: ['Progressing', 'Paused'], at: 20, healthy: true },
    cuts: [
      {
        file: 'core/src/decide/commands.ts',
        find: 'nextCheckAt: turn.now + policy.intervalMs + policy.settleMs }',
        replace: 'nextCheckAt: turn.now }',
      },
      {
        file: 'core/src/decide/check.ts',
        find: 'const ripe = startedAt >= snapshot.process.heldSince + full',
        replace: 'const ripe = full > 0',
      },
    ],
    law: 'at most one increment in an interval',
  },
  'a finalizer is removed under a new rollout': {
    faults: 1,
    hands: 1,
    scope: { faults: ['crash'], deeds: ['version'], during: ['RolledBack', 'Waiting'] },
    cuts: [
      {
        file: 'controller/src/finalizer.ts',
        find: `{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },`,
        replace: '',
      },
    ],
    law: 'the finalizer stays while a rollout is in progress',
  },
  'a sick canary waits for a save': {
    faults: 0,
    hands: 0,
    scope: { faults: [], deeds: [] },
    cuts: [
      {
        file: 'core/src/run/runner.ts',
        find: "const sick = decision.save === 'beside'",
        replace: 'const sick = false',
      },
      {
        file: 'core/src/run/runner.ts',
        find: 'if (rollsBack) this.#rollBack(decision, state)',
        replace: 'if (false) throw decision',
      },
    ],
    law: 'a sick canary is taken to weight 0 while every save is refused',
  },
  'a canary is not measured while a save is refused': {
    faults: 0,
    hands: 0,
    scope: { faults: [], deeds: [] },
    cuts: [
      {
        file: 'core/src/run/runner.ts',
        find: 'const due = sick ? undefined : this.#measureMeanwhile(snapshot)',
        replace: 'const due = undefined',
      },
    ],
    law: 'a sick canary is taken to weight 0 while every save is refused',
  },
}
