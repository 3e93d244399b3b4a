import type { RolloutState } from '@birdwatch/core'
import { command, person, type Stored } from '../api/objects.js'
import type { Request } from '../api/server.js'
import { remembered, textOf } from '../intern.js'

/** What matters of a stored object, read once for each. */

const parsed = remembered(id => (id === 0 ? undefined : (JSON.parse(textOf(id)) as Stored)))

export const versionOf = remembered(id => Number(parsed(id)?.metadata.resourceVersion ?? 0))

/** The canary's weight, and whether people wrote it. */
export const trafficOf = remembered(id => {
  const object = parsed(id)
  const { http } = (object?.spec ?? {}) as { http?: { route: { weight: number }[] }[] }
  const weight = http?.[0]?.route[1]?.weight ?? 0
  return { weight, byPeople: object?.metadata.managedFields.at(-1)?.manager === person }
})

/** The versions that the subsets select. */
export const labelsOf = remembered(id => {
  const { subsets = [] } = (parsed(id)?.spec ?? {}) as { subsets?: { labels: { version: string } }[] }
  return { production: subsets[0]?.labels.version, canary: subsets[1]?.labels.version }
})

export const birdWatchOf = remembered(id => {
  const object = parsed(id)
  const engine = object?.status?.engine as RolloutState | undefined
  return {
    gone: object === undefined,
    engine,
    /** For how long the phase has lasted, milliseconds. */
    phaseAge: -Number(/"since":"@(-?\d+)"/.exec(textOf(id))?.[1] ?? 0),
    command: object?.metadata.annotations?.[command],
    deleting: object?.metadata.deletionTimestamp !== undefined,
    finalizers: object?.metadata.finalizers?.length ?? 0,
    spec: (object?.spec ?? {}) as { canary_version?: string; traffic_limit?: number; paused?: boolean },
  }
})

export const requestOf = remembered(id => JSON.parse(textOf(id)) as Request)

export const inProgress = (phase: string | undefined): boolean =>
  phase !== undefined && !['Waiting', 'Promoted', 'RolledBack', 'Invalid'].includes(phase)
