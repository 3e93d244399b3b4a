import { isDeepStrictEqual } from 'node:util'
import type { RolloutState } from '@birdwatch/core'
import type { KubeObject } from '@birdwatch/playground'
import { canaryOf, destinationsOf, versionsOf } from '../world/cluster.js'
import { type Laws, lifetimeMs, longestUnseenMs, partOf, slack, type Written } from './facts.js'

type Changed = Written & { readonly write: { readonly before: KubeObject; readonly after: KubeObject } }

const from = ({ write }: Changed) => canaryOf(write.before)
const to = ({ write }: Changed) => canaryOf(write.after)
const rises = (changed: Changed) => to(changed) > from(changed)
const atRest = ['Waiting', 'Invalid', 'Baselining', 'Promoted', 'RolledBack']
const state = ({ saves }: Changed) => saves.at(-1)?.state
/** The save in which a weight was decided: the first of its step. */
function decision(changed: Changed): RolloutState | undefined {
  const { saves, story } = changed
  const last = saves.findLast(saved => partOf(story.sum, saved.state.weight) === to(changed))
  return saves.find(saved => saved.state.step === last?.state.step)?.state
}

/** A VirtualService without what we may change of it. */
function rest(object: KubeObject): unknown {
  const { http } = object.spec as { http: { route: { destination: { subset: string } }[] }[] }
  const ours = ({ destination }: { destination: { subset: string } }) =>
    destination.subset === 'production' || destination.subset === 'canary'
  const masked = http.map((route, i) =>
    i !== 1 ? route : { ...route, route: route.route.map(d => (ours(d) ? d.destination : d)) },
  )
  const { labels, annotations } = object.metadata
  return { ...object, spec: { ...(object.spec as object), http: masked }, metadata: { labels, annotations } }
}

const sumOf = (object: KubeObject) => destinationsOf(object).reduce((sum, { weight = 0 }) => sum + weight, 0)

/** Of every change of a VirtualService by us, whenever it was sent. */
export const ofRoutes: Laws<Changed> = {
  'weights of a route sum to what they summed to': ({ write }) => sumOf(write.before) === sumOf(write.after),
  'nothing changes but the weights of our two destinations': ({ write }) =>
    isDeepStrictEqual(rest(write.before), rest(write.after)),
  'no weight is negative': ({ write }) => destinationsOf(write.after).every(({ weight = 0 }) => weight >= 0),
  'every higher weight was decided and saved before': changed => !rises(changed) || decision(changed) !== undefined,
  'no weight goes beyond the limit that it was decided under': changed =>
    !rises(changed) || to(changed) <= partOf(changed.story.sum, decision(changed)?.policy.trafficLimit ?? 0),
  'no weight rises where none is wanted': changed => {
    const same = isPromoted(changed)
    return !rises(changed) || same || !atRest.includes(state(changed)?.phase ?? 'Waiting')
  },
  'at most one increment in an interval': changed => {
    const interval = decision(changed)?.policy.intervalMs ?? 0
    return to(changed) <= changed.reached || changed.now - changed.raisedAt >= interval * slack
  },
  'hands off while somebody else has the traffic': changed =>
    to(changed) === 0 || state(changed)?.phase !== 'Paused' || state(changed)?.pause?.foreign === undefined,
  'nothing moves to an empty production but by a person': changed => {
    const { emptySince, now, cluster, name } = changed
    const { production, canary } = cluster.versions(name)
    if (emptySince === undefined || to(changed) >= from(changed) || production === canary) return true
    return isAborted(changed) || now <= emptySince + lifetimeMs + 5000
  },
}

/** By a command, which may be seen late, and another one given since; weight 0 does not wait until it is saved. */
const isAborted = (changed: Changed): boolean =>
  state(changed)?.reason.code === 'aborted' || changed.now <= changed.abortedAt + longestUnseenMs

/** Both destinations serve the version that was promoted: no weight between them is wrong. */
function isPromoted(changed: Changed): boolean {
  const { production, canary } = changed.cluster.versions(changed.name)
  return state(changed)?.phase === 'Promoted' && production === canary
}

const otherThanVersions = (rule: KubeObject) => {
  const { subsets, ...spec } = rule.spec as { subsets: { name: string; labels: Record<string, string> }[] }
  const masked = subsets.map(({ name, labels: { version, ...labels } }) => [name, labels, name === 'other' && version])
  return { spec, masked, labels: rule.metadata.labels, annotations: rule.metadata.annotations }
}

/** Of every change of a DestinationRule by us. */
export const ofLabels: Laws<Changed> = {
  'nothing changes but the versions of our two subsets': ({ write }) =>
    isDeepStrictEqual(otherThanVersions(write.before), otherThanVersions(write.after)),
  // Somebody else's weight may cross a request of ours that is under way.
  'the canary is relabelled at weight 0 only': ({ write, cluster, name, weightBy, weightSince, now }) => {
    const same = versionsOf(write.before).canary === versionsOf(write.after).canary
    return same || cluster.canary(name) === 0 || (weightBy === 'kubectl' && now <= weightSince + lifetimeMs)
  },
  'production is relabelled by a promotion only': ({ write, saves }) => {
    const [before, after] = [versionsOf(write.before).production, versionsOf(write.after).production]
    const promotes = saves.some(
      ({ state: s }) => s.phase === 'Promoting' && (s.undoing ?? s.target.canaryVersion) === after,
    )
    return before === after || promotes
  },
}
