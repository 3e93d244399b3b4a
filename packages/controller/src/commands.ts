import type { Command } from '@birdwatch/core'
import { isKubeError } from '@birdwatch/kube'
import type { Collection } from './kube/collection.js'
import type { BirdWatch, RawBirdWatch, Wish } from './resource/birdwatch.js'
import { claimAnnotation, commandAnnotation } from './resource/names.js'
import { clipped } from './status/text.js'

type BirdWatches = Pick<Collection<RawBirdWatch, BirdWatch>, 'getByKey' | 'read' | 'patch'>

/** How often the annotation is read and removed anew when the resource changes meanwhile. */
const attempts = 5
/** An annotation can hold anything; this much of it is kept. */
const longestText = 253

interface Seen {
  readonly wish: Wish
  readonly id: string
  /** The annotation has been away since. */
  readonly gone: boolean
}

/**
 * The commands that people annotate. The id of one is what, who and when (as managedFields tells): the same after a
 * restart, another one for the same command given again. While the annotation stays as it is, so does its id, even if
 * its writer touches the resource again; given twice within a second, as far as managedFields can tell, it is numbered.
 */
export class Commands {
  readonly #birdWatches: BirdWatches
  readonly #seen = new Map<string, Seen>()

  constructor(birdWatches: BirdWatches) {
    this.#birdWatches = birdWatches
  }

  /** The command on the resource of this key, if there is one. */
  of(key: string): Command | undefined {
    const wish = this.#birdWatches.getByKey(key)?.wish
    const seen = this.#seen.get(key)
    if (wish === undefined) {
      if (seen !== undefined) this.#seen.set(key, { ...seen, gone: true })
      return undefined
    }
    const id = idOf(wish, seen)
    this.#seen.set(key, { wish, id, gone: false })
    const { by, claims } = wish
    return {
      name: clipped(wish.name, longestText),
      id,
      ...(by === undefined ? {} : { by }),
      ...(claims === undefined ? {} : { claims: clipped(claims, longestText) }),
    }
  }

  /** Takes the annotation away, unless it has become another command. */
  async acknowledge(key: string, id: string): Promise<void> {
    for (let attempt = 1; this.of(key)?.id === id; attempt++) {
      const resource = this.#birdWatches.getByKey(key) as BirdWatch
      const { namespace, name } = resource.metadata
      try {
        await this.#birdWatches.patch({ namespace, name }, removal(resource))
      } catch (error) {
        if (isKubeError(error, 'KUBE_NOT_FOUND')) return
        if (attempt === attempts || !isKubeError(error, 'KUBE_CONFLICT', 'KUBE_INVALID')) throw error
        await this.#birdWatches.read(namespace, name)
      }
    }
  }

  /** The resource is gone. */
  forget(key: string): void {
    this.#seen.delete(key)
  }
}

function idOf(wish: Wish, seen: Seen | undefined): string {
  const { name, by = '', at = '' } = wish
  const id = `${clipped(name, longestText)}@${at}/${by}`
  if (seen === undefined || seen.wish.name !== name) return id
  if (!seen.gone) return seen.id
  const again = seen.wish.at === wish.at && seen.wish.by === wish.by
  return again ? `${id}#${Number(seen.id.split('#')[1] ?? 1) + 1}` : id
}

function removal({ metadata, wish }: BirdWatch): object[] {
  const pointer = (annotation: string) => `/metadata/annotations/${annotation.replace('/', '~1')}`
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
    { op: 'test', path: pointer(commandAnnotation), value: wish?.name },
    { op: 'remove', path: pointer(commandAnnotation) },
    ...(wish?.claims === undefined ? [] : [{ op: 'remove', path: pointer(claimAnnotation) }]),
  ]
}
