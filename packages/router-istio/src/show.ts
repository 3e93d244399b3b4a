import type { Traffic } from '@birdwatch/core'
import { isExposed } from './plan.js'
import { sumOf, total } from './routes.js'
import { survey } from './survey.js'
import { tokenOf } from './token.js'
import type { View } from './view.js'
import { type Pair, readWeight, resolutionOf } from './weights.js'
import { lastWriter } from './writer.js'

/** What the canary has when others hold everything in every route. */
const nothing: Pair = { sum: 100, canary: 0 }

/** A view in the engine's words. */
export function show(view: View, expected: readonly number[], fieldManager: string): Traffic {
  const layout = survey(view)
  if ('state' in layout) return layout
  const { virtualService, routes, subsets, problem } = layout
  const { generation } = virtualService.metadata
  // A route in which others hold everything says nothing of us.
  const held = routes.map(route => ({ sum: sumOf(route), canary: total(route.canary) })).filter(({ sum }) => sum > 0)
  const pairs = held.length > 0 ? held : [nothing]
  const { weight, uniform } = readWeight(pairs, expected)
  // Where the weight is the wanted one, it is the versions that somebody may have changed.
  const asWanted = uniform && weight === expected[0]
  const writer = lastWriter(layout, asWanted ? 'subsets' : 'routes', fieldManager)
  // Envoy does not obey a route of ours that it rejects: a weight of 0 counts only when a rollback would leave it so.
  const settled = !isExposed(view)
  return {
    state: 'ready',
    weight,
    uniform: uniform && (weight > 0 || settled),
    resolution: resolutionOf(pairs),
    settled,
    versions: { production: subsets.production.version, canary: subsets.canary.version },
    token: tokenOf(layout),
    ...(generation === undefined ? {} : { generation }),
    ...(writer === undefined ? {} : { writer }),
    ...(problem === undefined ? {} : { problem }),
  }
}
