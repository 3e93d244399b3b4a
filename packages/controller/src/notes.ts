import { inProgress, type RolloutState } from '@birdwatch/core'
import { longestRangeMs } from '@birdwatch/provider-prometheus'
import { type IstioTarget, sharedSubsets } from '@birdwatch/router-istio'
import type { Caches } from './kube/caches.js'
import { fullHost } from './kube/indexes.js'
import type { Health } from './plugins/health.js'
import type { Providers } from './plugins/providers.js'
import type { Refusals } from './refusals.js'
import type { Note } from './status/conditions.js'

export interface NotesOptions {
  readonly caches: Pick<Caches, 'virtualServices' | 'destinationRules'>
  readonly clusterDomain: string
  readonly providers: Providers
  readonly health: Pick<Health, 'errorOf'>
  readonly refusals: Pick<Refusals, 'of'>
}

/** What is found about a rollout outside of its state, for its conditions. */
export function notesOf(state: RolloutState, options: NotesOptions): Note[] {
  return [
    refusedWrite(state, options),
    unreachableProvider(state, options),
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

/** A provider that the rollout needs was not reached since the start. */
function unreachableProvider(state: RolloutState, { providers, health }: NotesOptions): Note | undefined {
  for (const name of providersOf(state, providers)) {
    const error = health.errorOf(name)
    if (error === undefined) continue
    const message = `The provider ${name} can not be reached: ${error}. It is asked again until it can; rollouts hold.`
    return { type: 'Degraded', reason: 'ProviderUnreachable', message }
  }
  return undefined
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
