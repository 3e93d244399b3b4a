import type { PolicySpec } from '../../src/index.js'
import type { Happening } from './happenings.js'
import type { Abilities } from './world.js'

/** What a search has found, as short as it could be told. */
export interface Found {
  /** The seed of the search that came upon it. */
  readonly seed: number
  readonly spec?: Partial<PolicySpec>
  readonly router?: Abilities
  readonly happenings: readonly Happening[]
}

export const found: Readonly<Record<string, Found>> = {
  'routes that can not be read any more are taken for what they showed last, not for what they were at the beginning': {
    seed: 77,
    spec: { ifUnhealthy: 'freeze' },
    happenings: [
      { do: 'wait', ms: 5000 },
      { do: 'fault', on: 'save', fault: { kind: 'lose' }, times: 1 },
      { do: 'foreign', change: { production: 'v9' } },
      { do: 'fault', on: 'observe', fault: { kind: 'delay', ms: 12_000 }, times: 1 },
      { do: 'pods', of: 'canary', available: 0, failed: false },
      { do: 'wait', ms: 4900 },
      { do: 'wait', ms: 500 },
    ],
  },
  'what is saved beside is never older than what was saved before': {
    seed: 77,
    spec: { ifUnhealthy: 'freeze' },
    happenings: [
      { do: 'fault', on: 'shift', fault: { kind: 'refuse' }, times: 1 },
      { do: 'store', fault: { kind: 'delay', ms: 8000 } },
      { do: 'wait', ms: 12_000 },
      { do: 'wait', ms: 5000 },
      { do: 'pods', of: 'canary', available: 0, failed: false },
      { do: 'command', name: 'pause' },
      { do: 'wait', ms: 1 },
    ],
  },
  'weight 0 waits for no routes that can not be read: what they showed last is all that it can rest on': {
    seed: -172_934_828,
    spec: { ifUnhealthy: 'freeze' },
    happenings: [
      { do: 'wait', ms: 15_000 },
      { do: 'fault', on: 'observe', fault: { kind: 'hang' }, times: 1 },
      { do: 'foreign', change: { production: 'v9' } },
      { do: 'pods', of: 'canary', available: 0, failed: false },
      { do: 'wait', ms: 15_000 },
    ],
  },
}
