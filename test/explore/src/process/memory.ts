import type { RolloutState } from '@birdwatch/core'
import { trimmedState } from '../api/objects.js'

/** What a glass copy of the product shows of itself. */
type Fields = Record<string, unknown>

interface GlassRunner extends Fields {
  state?: RolloutState
  _state?: RolloutState
  _acknowledging: boolean
  _measurement?: { readonly _readings: unknown } | undefined
  readonly _saver: Fields & { _beside: boolean; _lost?: unknown }
  readonly _work: Fields & { _job?: unknown; _notBefore: number }
  readonly _routes: Fields & { readonly _memory: Fields }
}

export interface GlassReconciler {
  readonly _rollouts: Map<string, { readonly uid: string; readonly runner: GlassRunner; readonly store: Fields }>
  readonly _behind: ReadonlySet<string>
  readonly _dropped: Map<string, number>
  readonly _claims: { readonly _holders: Map<string, string> }
  _leadingSince: number | undefined
  _begin(key: string, resource: object, since: number): { uid: string; runner: GlassRunner; store: Fields }
}
export interface GlassCommands {
  readonly _seen: Map<string, unknown>
}

/** Everything that a resting process remembers, as plain data; times are epoch milliseconds. */
export interface Memory {
  readonly rollout?: { readonly state?: RolloutState; readonly readings?: unknown; readonly parts: readonly Fields[] }
  readonly dropped: readonly [string, number][]
  readonly claims: readonly [string, string][]
  readonly seen: readonly [string, unknown][]
  readonly leadingSince: number | null
}

const undefinedField = '<undefined>'
/** Ways to the world, work that is under way, and what is told apart. */
const ways = [
  ...[
    'options',
    '_options',
    'store',
    'clock',
    'notifier',
    'logger',
    'changed',
    '_stop',
    '_queue',
    '_passes',
    '_writes',
  ],
  ...['_events', '_state', '_measurement', '_saver', '_memory', '_couriers', '_job', '_work', '_routes', 'timeoutMs'],
  ...['router', 'lifetimeMs', 'ended'],
]

/** Fields that are asked for below: one that has another name now must not be taken for one that is empty. */
function known<T extends object>(part: T, ...names: readonly (keyof T & string)[]): T {
  const lost = names.find(name => !(name in part))
  if (lost !== undefined)
    throw new Error(`the product has no field ${lost} any more: name it anew in process/memory.ts`)
  return part
}

/** True when nothing is under way in a process but queries: then its fields say all about it. */
export function restful({ _rollouts, _behind }: GlassReconciler): boolean {
  const [rollout] = _rollouts.values()
  if (_behind.size > 0) return false
  if (rollout === undefined) return true
  const { runner, store } = rollout
  known(runner, '_state', '_acknowledging', '_measurement', '_saver', '_work', '_routes')
  known(runner._routes, '_memory')
  known(store, '_pending')
  const { _beside, _lost } = known(runner._saver, '_beside', '_lost')
  const { _job } = known(runner._work, '_job', '_notBefore')
  return _job === undefined && !runner._acknowledging && !_beside && _lost === undefined && store._pending === 0
}

const partsOf = (runner: GlassRunner, store: Fields): Fields[] => [
  runner,
  runner._work,
  runner._routes,
  runner._routes._memory,
  runner._saver,
  store,
]

export function memoryOf(reconciler: GlassReconciler, commands: GlassCommands, now: number): Memory {
  const { _rollouts, _dropped, _claims, _leadingSince } = known(reconciler, '_rollouts', '_dropped', '_leadingSince')
  const [rollout] = _rollouts.values()
  return {
    ...(rollout && { rollout: rolloutOf(rollout, now) }),
    dropped: [..._dropped],
    claims: [..._claims._holders],
    seen: [...commands._seen],
    leadingSince: _leadingSince ?? null,
  }
}

function rolloutOf({ runner, store }: { runner: GlassRunner; store: Fields }, now: number): Memory['rollout'] {
  const { _state, _measurement } = runner
  // A moment that is over binds nobody.
  const { _work: work } = runner
  const _notBefore = work._notBefore > now ? work._notBefore : Number.NEGATIVE_INFINITY
  const parts = partsOf(runner, store).map(part => fieldsOf(part === work ? { ...work, _notBefore } : part))
  return {
    parts,
    ...(_state && { state: trimmedState(_state) }),
    ...(_measurement && { readings: _measurement._readings }),
  }
}

const fieldsOf = (part: Fields): Fields =>
  Object.fromEntries(
    Object.entries(part)
      .filter(([name]) => !ways.includes(name))
      .map(([name, value]) => [name, plain(name, value)]),
  )

function plain(name: string, value: unknown): unknown {
  if (value === undefined) return undefinedField
  if (typeof value === 'number') return Number.isFinite(value) ? value : `<${value}>`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return checked(name, value)
  return Object.getPrototypeOf(value) === Object.prototype ? value : checked(name, value)
}

/** What is new in the product and no plain data must be thought about: is it memory, or a way to the world? */
function checked(name: string, value: unknown): unknown {
  if (value === null || Array.isArray(value) || ['string', 'boolean'].includes(typeof value)) return value
  throw new Error(`the search does not know the field ${name}, which is no plain data: name it in process/memory.ts`)
}
const revived = (value: unknown) =>
  value === undefinedField ? undefined : value === '<-Infinity>' ? Number.NEGATIVE_INFINITY : value

/** Gives a new process the memory of another one. */
export function remember(reconciler: GlassReconciler, commands: GlassCommands, memory: Memory, resource: object): void {
  reconciler._leadingSince = memory.leadingSince ?? undefined
  for (const [key, at] of memory.dropped) reconciler._dropped.set(key, at)
  for (const [claim, key] of memory.claims) reconciler._claims._holders.set(claim, key)
  for (const [key, seen] of memory.seen) commands._seen.set(key, seen)
  if (memory.rollout === undefined) return
  const { state, readings, parts } = memory.rollout
  const rollout = reconciler._begin('shop/aleph', resource, 0)
  reconciler._rollouts.set('shop/aleph', rollout)
  const { runner, store } = rollout
  partsOf(runner, store).forEach((part, i) => {
    for (const [name, value] of Object.entries(parts[i] as Fields)) part[name] = revived(value)
  })
  runner._state = state as RolloutState
  if (readings === undefined) runner._measurement = undefined
  else runner._measurement = Object.assign({ _readings: readings, readings, stop() {} })
}
