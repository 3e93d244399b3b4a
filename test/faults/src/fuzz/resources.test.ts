import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '@birdwatch/playground'
import { describe, expect, test } from 'vitest'
import { Chance } from '../chance.js'
import type { BirdWatchObject, Kind } from '../world/cluster.js'
import { mutated } from './mutate.js'
import { OddWorld } from './odd-world.js'

const seeds = [1, 2, 3, 4]
const rollouts = 60

type Weighted = { route?: { weight?: number }[] }
const routes = ({ spec }: KubeObject) =>
  ['http', 'tcp', 'tls'].flatMap(list => (spec as Record<string, Weighted[]>)?.[list] ?? [])
const sums = (object: KubeObject) =>
  routes(object).map(({ route }) => (route ?? []).reduce((sum, { weight = 0 }) => sum + weight, 0))
const without = (key: string, { spec }: KubeObject): unknown =>
  JSON.parse(JSON.stringify(spec, (name, value: unknown) => (name === key ? undefined : value)))

/** What a controller may have changed: weights of a VirtualService, and nothing of their sum; versions of a DestinationRule. */
function isAllowed(kind: Kind, before: KubeObject, after: KubeObject): boolean {
  if (kind === 'DestinationRule') return isDeepStrictEqual(without('version', before), without('version', after))
  const same = isDeepStrictEqual(without('weight', before), without('weight', after))
  return same && sums(before).every((sum, i) => sum === sums(after)[i] || sum === 0)
}

describe('resources that the API server takes and that nobody would expect', () => {
  test.each(seeds)(
    'are answered with a status that says what is wrong, and change nothing else (seed %i)',
    async seed => {
      const chance = new Chance(seed)
      const world = new OddWorld(seed, object => mutated(object, chance), rollouts)
      const { taken, errors, writes } = await world.run(40_000)

      console.log(`figure: ${taken} odd resources taken by the API server, of ${3 * rollouts} tried`)
      expect(taken).toBeGreaterThan(rollouts)
      expect(errors).toEqual([])
      const changed = writes.filter(({ kind }) => kind === 'VirtualService' || kind === 'DestinationRule')
      const wrong = changed.filter(
        ({ kind, before, after }) => !isAllowed(kind, before as KubeObject, after as KubeObject),
      )
      expect(wrong).toEqual([])
      for (const name of world.names) {
        const found = world.cluster.get<BirdWatchObject & { status?: { message?: string } }>('BirdWatch', name)
        expect(found?.status?.message, JSON.stringify(found)).toBeTruthy()
      }
    },
    120_000,
  )
})
