import type { Json, Traffic, TrafficRouter } from '@birdwatch/core'
import type { Stored } from '../api/objects.js'
import type { Product } from '../glass.js'
import { frozen, onceEach } from './shared.js'

type Observe = TrafficRouter['observe']

/** What a router of this product has made of these two objects, by what it was asked. */
const answersOf = onceEach((_product: Product) =>
  onceEach((_virtualService: Stored) => onceEach((_destinationRule: Stored) => new Map<string, Traffic>())),
)

/** A router that is asked once about the same objects: what it makes of what is cached rests on nothing else. */
export function observeOnce(
  product: Product,
  { observe }: { observe: Observe },
  cached: () => readonly (Stored | undefined)[],
): Observe {
  return async (target: Json, options) => {
    const [virtualService, destinationRule] = cached()
    if (options.live || virtualService === undefined || destinationRule === undefined) return observe(target, options)
    const answers = answersOf(product)(virtualService)(destinationRule)
    const question = JSON.stringify([target, options.expected])
    const known = answers.get(question)
    if (known !== undefined) return known
    const traffic = frozen(await observe(target, options))
    answers.set(question, traffic)
    return traffic
  }
}
