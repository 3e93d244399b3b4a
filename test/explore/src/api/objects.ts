import type { RolloutState } from '@birdwatch/core'

/** The three objects of the world: the BirdWatch, the VirtualService and the DestinationRule. */
export type Place = 'bw' | 'vs' | 'dr'
export const places: readonly Place[] = ['bw', 'vs', 'dr']

export interface Stored {
  metadata: {
    name: string
    namespace: string
    uid: string
    resourceVersion: string
    generation: number
    creationTimestamp: string
    deletionTimestamp?: string
    finalizers?: string[]
    annotations?: Record<string, string>
    managedFields: { manager: string; time: string; fieldsV1: object }[]
  }
  spec: Record<string, unknown>
  status?: { engine?: RolloutState; conditions?: { type: string; lastTransitionTime?: string }[] }
}

export const command = 'otomato.link/command'
/** Who people write as. */
export const person = 'kubectl'
/** Who the product writes as. */
export const us = 'birdwatch'

/**
 * What is only shown, what people are told, and when things were, as far as it is only told, are left out: no decision
 * rests on them here, and there would be more states.
 */
export function trimmed({ engine, conditions = [] }: NonNullable<Stored['status']>): NonNullable<Stored['status']> {
  const shown = conditions.map(({ type, lastTransitionTime: _, ...others }) => ({ type, ...others, message: '' }))
  return { conditions: shown, ...(engine && { engine: trimmedState(engine) }) }
}

export function trimmedState({ startedAt: _, endedAt: __, metrics, ...state }: RolloutState): RolloutState {
  const known = Object.entries(metrics).map(([name, { at: _, ...metric }]) => [name, metric] as const)
  const { lastCommand: last, reason } = state
  const { seconds: ___, ...shown } = reason as { seconds?: number }
  return {
    ...state,
    reason: shown as RolloutState['reason'],
    ...(last && { lastCommand: { ...last, at: 0 } }),
    outbox: [],
    history: [],
    progressAt: state.since,
    metrics: Object.fromEntries(known),
  }
}

/** The object's own version as a time: later writes have later times. */
const stamp = (version: number) => new Date(Date.UTC(2026, 0, 1) + version * 1000).toISOString().replace('.000', '')

/** What the API server does with a changed object: its version, its generation, and who owns what was changed. */
export function written(before: Stored | undefined, after: Stored, manager: string): Stored {
  const version = Number(before?.metadata.resourceVersion ?? 0) + 1
  const specChanged = JSON.stringify(before?.spec) !== JSON.stringify(after.spec)
  const { metadata } = after
  metadata.resourceVersion = String(version)
  metadata.generation = (before?.metadata.generation ?? 0) + Number(specChanged)
  const owned: Record<string, object> = specChanged ? { 'f:spec': specFields(after) } : {}
  if (metadata.annotations?.[command] !== before?.metadata.annotations?.[command])
    owned['f:metadata'] = { 'f:annotations': { [`f:${command}`]: {} } }
  if (Object.keys(owned).length > 0) {
    const others = metadata.managedFields.filter(entry => entry.manager !== manager)
    metadata.managedFields = [...others, { manager, time: stamp(version), fieldsV1: owned }]
  }
  return after
}

const specFields = ({ spec }: Stored) => Object.fromEntries(Object.keys(spec).map(field => [`f:${field}`, {}]))

const created = (spec: Record<string, unknown>): Stored =>
  written(
    undefined,
    {
      metadata: {
        name: 'aleph',
        namespace: 'shop',
        uid: 'u1',
        resourceVersion: '0',
        generation: 0,
        creationTimestamp: '2026-01-01T00:00:00Z',
        managedFields: [],
      },
      spec,
    },
    person,
  )

const destination = (subset: string, weight: number) => ({ destination: { host: 'aleph', subset }, weight })

/** The world at its beginning: production is v1, all traffic goes there, and a rollout of v2 in two steps is wanted. */
export const beginnings: Readonly<Record<Place, Stored>> = {
  bw: created({
    service: 'aleph',
    canary_version: 'v2',
    metric: 'errors',
    deviation: 5,
    increment: 10,
    traffic_limit: 20,
    at_limit: 'promote',
    interval: 5,
    if_unhealthy: 'rollback',
    stuck_after: 86_400,
  }),
  vs: created({ http: [{ route: [destination('production', 100), destination('canary', 0)] }] }),
  dr: created({
    host: 'aleph',
    subsets: [
      { name: 'production', labels: { version: 'v1' } },
      { name: 'canary', labels: { version: 'v1' } },
    ],
  }),
}
