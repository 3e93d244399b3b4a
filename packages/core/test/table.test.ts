import { describe, test } from 'vitest'
import type { RolloutState } from '../src/index.js'
import { state } from './builders.js'
import { events } from './table/events.js'
import { outcomes } from './table/outcomes.js'

type Outcome = keyof typeof outcomes
type Cell = { readonly [E in keyof typeof events]: Outcome }
type Row = Cell & { readonly before: RolloutState }

const someone = { weight: 35, writer: 'kubectl-edit' }
const started = { pause: 'Paused', promote: 'Promoting', abort: 'RollingBack', foreign: 'Paused*' } as const
const reversible = { newTarget: 'look, RollingBack, Waiting', deletion: 'look, RollingBack, gone' } as const
const over = { pause: 'refused', resume: 'refused', promote: 'refused', abort: 'refused' } as const

/** The transition table of a rollout: what each phase makes of each event. */
const table: Readonly<Record<string, Row>> = {
  Waiting: {
    before: state('Waiting'),
    pause: 'Paused',
    resume: 'refused',
    promote: 'refused',
    abort: 'RolledBack, no write',
    foreign: 'ignored',
    newTarget: 'Waiting',
    deletion: 'gone',
  },
  Baselining: {
    before: state('Baselining'),
    pause: 'Paused',
    resume: 'refused',
    promote: 'Promoting, unmeasured',
    abort: 'RolledBack, no write',
    foreign: 'Paused*',
    newTarget: 'Waiting',
    deletion: 'gone',
  },
  Progressing: { before: state('Progressing'), ...started, resume: 'refused', ...reversible },
  Holding: { before: state('Holding'), ...started, resume: 'refused', ...reversible },
  Paused: {
    before: state('Paused'),
    pause: 'no-op',
    resume: 'Progressing, same weight',
    promote: 'Promoting',
    abort: 'RollingBack',
    foreign: 'Paused*',
    ...reversible,
  },
  'Paused in Holding': {
    before: state('Paused', { pause: { from: 'Holding' } }),
    pause: 'no-op',
    resume: 'Holding, same weight',
    promote: 'Promoting',
    abort: 'RollingBack',
    foreign: 'Paused*',
    ...reversible,
  },
  'Paused*': {
    before: state('Paused', { pause: { from: 'Progressing', foreign: someone } }),
    pause: 'no-op',
    resume: 'Progressing, live weight adopted',
    promote: 'Promoting',
    abort: 'RollingBack',
    foreign: 'ignored',
    newTarget: 'look, RollingBack, Waiting',
    deletion: 'look, weights left, gone',
  },
  'Paused* in Baselining': {
    before: state('Paused', { weight: 0, from: 0, pause: { from: 'Baselining', foreign: someone }, metrics: {} }),
    pause: 'no-op',
    resume: 'Waiting',
    promote: 'Promoting',
    abort: 'RollingBack',
    foreign: 'ignored',
    newTarget: 'look, RollingBack, Waiting',
    deletion: 'look, weights left, gone',
  },
  Frozen: {
    before: state('Frozen'),
    pause: 'refused',
    resume: 'Progressing, same weight',
    promote: 'Promoting',
    abort: 'RollingBack',
    foreign: 'recorded',
    ...reversible,
  },
  Promoting: {
    before: state('Promoting'),
    pause: 'refused',
    resume: 'refused',
    promote: 'no-op',
    abort: 'refused',
    foreign: 'finishes the promotion',
    newTarget: 'finishes the promotion, then Waiting',
    deletion: 'finishes the promotion, then gone',
  },
  RollingBack: {
    before: state('RollingBack'),
    pause: 'refused',
    resume: 'refused',
    promote: 'refused',
    abort: 'no-op',
    foreign: 'overwritten',
    newTarget: 'finishes the rollback, then Waiting',
    deletion: 'finishes the rollback, then gone',
  },
  Promoted: { before: state('Promoted'), ...over, foreign: 'said once', newTarget: 'Waiting', deletion: 'gone' },
  RolledBack: { before: state('RolledBack'), ...over, foreign: 'said once', newTarget: 'Waiting', deletion: 'gone' },
  Invalid: { before: state('Invalid'), ...over, foreign: 'ignored', newTarget: 'Waiting', deletion: 'gone' },
  'Invalid at weight > 0': {
    before: state('Invalid', { weight: 20, from: 20 }),
    ...over,
    abort: 'RollingBack',
    foreign: 'ignored',
    newTarget: 'Waiting',
    deletion: 'look, RollingBack, gone',
  },
}

describe.each(Object.entries(table))('%s', (phase, { before, ...cells }) => {
  test.each(Object.entries(cells))(`${phase} × %s -> %s`, (event, outcome) => {
    outcomes[outcome](before, events[event as keyof typeof events](before))
  })
})
