import { createHash } from 'node:crypto'
import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'
import { hashLabel } from './names.js'

/** What a Deployment's pods should become. */
export interface Plan {
  /** How many pods of the present template to add. */
  readonly create: number
  readonly remove: readonly KubeObject[]
}

/** The pods of a Deployment, counted. */
export interface Census {
  readonly replicas: number
  readonly updated: number
  readonly available: number
  /** Of them those of the present template. */
  readonly availableUpdated: number
}

/** Tells two templates apart. */
export const templateHash = (deployment: KubeObject): string =>
  createHash('sha256')
    .update(JSON.stringify(dig(deployment, 'spec', 'template')))
    .digest('hex')
    .slice(0, 10)

export const isAvailable = (pod: KubeObject): boolean => {
  const conditions = (dig(pod, 'status', 'conditions') ?? []) as { type: string; status: string }[]
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}

const isPresent = (pod: KubeObject): boolean => pod.metadata.deletionTimestamp === undefined

const ofTemplate = (hash: string) => (pod: KubeObject) => pod.metadata.labels?.[hashLabel] === hash

export const replicasOf = (deployment: KubeObject): number => Number(dig(deployment, 'spec', 'replicas') ?? 1)

/**
 * A rolling update that never goes below the wanted number of available pods: all new pods are started at once, and an
 * old one goes for each new one that has become available. Old pods that do not work go at once.
 */
export function planPods(deployment: KubeObject, pods: readonly KubeObject[]): Plan {
  const wanted = replicasOf(deployment)
  const isCurrent = ofTemplate(templateHash(deployment))
  const present = pods.filter(isPresent)
  const current = present.filter(isCurrent)
  const old = present.filter(pod => !isCurrent(pod))
  const available = present.filter(isAvailable).length
  const spare = Math.max(0, available - wanted)
  const dispensable = old.filter(isAvailable).slice(0, spare)
  // When there are too many, those that do not work go first.
  const surplus = [...current]
    .sort((a, b) => Number(isAvailable(a)) - Number(isAvailable(b)))
    .slice(0, Math.max(0, current.length - wanted))
  return {
    create: Math.max(0, wanted - current.length),
    remove: [...old.filter(pod => !isAvailable(pod)), ...dispensable, ...surplus],
  }
}

export function countPods(deployment: KubeObject, pods: readonly KubeObject[]): Census {
  const present = pods.filter(isPresent)
  const current = present.filter(ofTemplate(templateHash(deployment)))
  return {
    replicas: present.length,
    updated: current.length,
    available: present.filter(isAvailable).length,
    availableUpdated: current.filter(isAvailable).length,
  }
}
