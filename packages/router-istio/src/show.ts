import type { Traffic } from '@birdwatch/core'
import { total } from './routes.js'
import { survey } from './survey.js'
import { tokenOf } from './token.js'
import type { View } from './view.js'
import { readWeight, resolutionOf } from './weights.js'
import { lastWriter } from './writer.js'

/** A view in the engine's words. */
export function show(view: View, expected: readonly number[], fieldManager: string): Traffic {
  const layout = survey(view)
  if ('state' in layout) return layout
  const { virtualService, routes, subsets } = layout
  const { generation } = virtualService.metadata
  const writer = lastWriter(layout, fieldManager)
  const pairs = routes
    .map(({ production, canary }) => ({ sum: total([...production, ...canary]), canary: total(canary) }))
    .filter(({ sum }) => sum > 0) // where others hold everything, there is nothing to see of us
  return {
    state: 'ready',
    ...readWeight(pairs, expected),
    resolution: resolutionOf(pairs),
    settled: pairs.every(({ canary }) => canary === 0),
    versions: { production: subsets.production.version, canary: subsets.canary.version },
    token: tokenOf(layout),
    ...(generation === undefined ? {} : { generation }),
    ...(writer === undefined ? {} : { writer }),
  }
}
