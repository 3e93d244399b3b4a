import type { RolloutState } from '@birdwatch/core'

/** One write of a process as it is sent: what it is called, and what the process decided and has saved. */
export interface Call {
  readonly what: string
  readonly state: RolloutState | undefined
  readonly saved: RolloutState | undefined
}

const laws: Readonly<Record<string, (call: Call) => boolean>> = {
  'hands off while somebody else has the traffic': ({ state }) =>
    state?.phase !== 'Paused' || state.pause?.foreign === undefined,

  'every write but weight 0 was saved before': ({ what, state, saved }) => {
    const [kind, value] = what.split(' ')
    if (kind === 'rollback') return state?.phase === 'RollingBack'
    if (kind === 'prepare') return saved?.phase === 'Baselining'
    return kind === 'promote' ? saved?.phase === 'Promoting' : saved?.weight === Number(value)
  },

  'no weight is asked for beyond the limit': ({ what, state }) =>
    !what.startsWith('shift') || Number(what.split(' ')[1]) <= (state?.policy.trafficLimit ?? 0),
}

export const brokenByCall = (call: Call): string[] => Object.keys(laws).filter(sentence => !laws[sentence]?.(call))
