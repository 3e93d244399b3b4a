import { inProgress, type Logger, type RolloutState } from '@birdwatch/core'
import { longestRangeMs } from '@birdwatch/provider-prometheus'
import { type IstioTarget, sharedSubsets } from '@birdwatch/router-istio'
import type { Caches } from './kube/caches.js'
import { fullHost } from './kube/indexes.js'
import { type MissingPermission, type Permissions, permissionsText } from './permissions.js'
import type { Checked, Health } from './plugins/health.js'
import type { Notifiers } from './plugins/notifiers.js'
import type { Providers } from './plugins/providers.js'
import type { Refusals } from './refusals.js'
import type { Note } from './status/conditions.js'

export interface NotesOptions {
  readonly caches: Pick<Caches, 'virtualServices' | 'destinationRules'>
  readonly clusterDomain: string
  readonly providers: Providers
  readonly notifiers: Pick<Notifiers, 'namesFor'>
  /** The name of the router. */
  readonly router: string
  readonly health: Pick<Health, 'troubleOf'>
  readonly refusals: Pick<Refusals, 'of'>
  readonly permissions: Pick<Permissions, 'missing'>
}

/** What is found about a rollout outside of its state, for its conditions. */
export function notesOf(state: RolloutState, options: NotesOptions): Note[] {
  return [
    refusedWrite(state, options),
    missingPermission(options.permissions.missing(namespaceOf(state))),
    pluginTrouble(state, options),
    staleWindow(state, options),
    sharing(state, options),
  ].filter(note => note !== undefined)
}

/** Nothing moves while the API server, or an admission policy, does not let us. */
function refusedWrite(state: RolloutState, { refusals }: NotesOptions): Note | undefined {
  const why = inProgress(state) ? refusals.of(state.target.ref) : undefined
  if (why === undefined) return undefined
  return { type: 'Degraded', reason: 'WriteRefused', message: `A write of the traffic is refused: ${why}` }
}

/** What the Roles of the controller lack; undefined when they lack nothing. */
export function missingPermission(missing: readonly MissingPermission[]): Note | undefined {
  const [first] = missing
  if (first === undefined) return undefined
  const message = `The controller is not permitted to ${permissionsText(missing)}: ${first.message}`
  return { type: 'Degraded', reason: 'PermissionMissing', message }
}

const consequences: Readonly<Record<Checked['kind'], string>> = {
  router: 'no weight can be moved',
  provider: 'rollouts hold',
  notifier: 'notices wait',
}

/** A plugin that the rollout needs could not be made, or was not reached since the start. */
function pluginTrouble(state: RolloutState, { providers, notifiers, router, health }: NotesOptions): Note | undefined {
  const needed: [Checked['kind'], string][] = [
    ['router', router],
    ...[...providersOf(state, providers)].map((name): [Checked['kind'], string] => ['provider', name]),
    ...notifiers.namesFor(namespaceOf(state)).map((name): [Checked['kind'], string] => ['notifier', name]),
  ]
  for (const [kind, name] of needed) {
    const trouble = health.troubleOf(kind, name)
    // A notifier that is out of reach shows in its notices, which wait; the rollout itself is well.
    if (trouble === undefined || (kind === 'notifier' && !trouble.unmade)) continue
    const what = trouble.unmade ? 'can not be made' : 'can not be reached'
    const message = `The ${kind} ${name} ${what}: ${trouble.message}. It is tried again until it can; ${consequences[kind]}.`
    const subject = `${kind[0]?.toUpperCase()}${kind.slice(1)}`
    return { type: 'Degraded', reason: `${subject}${trouble.unmade ? 'Failed' : 'Unreachable'}`, message }
  }
  return undefined
}

/** Degraded by the cluster, and not by a plugin. */
const byCluster: ReadonlySet<string> = new Set(['WriteRefused', 'PermissionMissing'])

/** Says in the log, once, which rollouts a plugin in trouble affects, and when that is over. */
export class AffectedRollouts {
  readonly #said = new Map<string, string>()

  constructor(private readonly logger: Logger) {}

  /** Takes note of what was found about a rollout, and passes it on. */
  note({ target: { name } }: RolloutState, notes: readonly Note[]): readonly Note[] {
    const message = notes.find(({ type, reason }) => type === 'Degraded' && !byCluster.has(reason))?.message
    const before = this.#said.get(name)
    if (message === before) return notes
    if (message === undefined) {
      this.#said.delete(name)
      this.logger.info('rollout no longer affected by a plugin', { birdwatch: name })
    } else {
      this.#said.set(name, message)
      this.logger.warn('rollout affected by a plugin', { birdwatch: name, error: message })
    }
    return notes
  }

  /** The BirdWatch of this key, which is also the name of its rollouts, is gone. */
  forget(key: string): void {
    this.#said.delete(key)
  }
}

/** Rule 3: a range that reaches back beyond the last change of weight mixes the readings of two weights. */
function staleWindow(state: RolloutState, { providers }: NotesOptions): Note | undefined {
  const { rules, intervalMs, settleMs } = state.policy
  const freshMs = intervalMs + settleMs
  for (const { name, query, provider } of rules) {
    const found = providers.find(namespaceOf(state), provider)
    const rangeMs = found?.instance.type === 'prometheus' ? longestRangeMs(query) : 0
    if (rangeMs <= freshMs) continue
    const message = `${name} looks back ${rangeMs / 1000} s, and it is checked ${freshMs / 1000} s after a new weight: a check still sees the weight before. Shorten the range, or use a longer interval or settle.`
    return { type: 'StaleWindow', reason: 'RangeExceedsInterval', message }
  }
  return undefined
}

/** Others that notice when a subset selects another version, though their traffic is not shifted. */
function sharing(state: RolloutState, { caches, clusterDomain }: NotesOptions): Note | undefined {
  const target = state.target.ref as unknown as IstioTarget
  const { namespace, service } = target
  const destinationRule = caches.destinationRules.get(namespace, service)
  const host = fullHost(destinationRule?.spec?.host ?? service, namespace, clusterDomain)
  const virtualServices = caches.virtualServices.lookup('host', host)
  const uses = sharedSubsets(virtualServices, target, { destinationRule, clusterDomain })
  if (uses.length === 0) return undefined
  const listed = uses
    .slice(0, 10)
    .map(use => `${use.virtualService} ${use.route} (${use.subset}${use.mirrored ? ', mirrored' : ''})`)
  const more = uses.length > 10 ? `, and ${uses.length - 10} more` : ''
  const message = `Other routes use the same subsets; their traffic is not shifted, and changes version with them: ${listed.join(', ')}${more}.`
  return { type: 'SharedSubsets', reason: 'UsedElsewhere', message }
}

function providersOf(state: RolloutState, providers: Providers): Set<string> {
  const { rules, traffic } = state.policy
  const named = [...rules, ...(traffic === undefined ? [] : [traffic])].map(({ provider }) => provider)
  return new Set(named.flatMap(name => providers.find(namespaceOf(state), name)?.instance.name ?? []))
}

const namespaceOf = ({ target }: RolloutState) => (target.ref as unknown as IstioTarget).namespace
