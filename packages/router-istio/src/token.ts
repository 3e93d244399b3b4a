import type { Portion } from './routes.js'
import type { Layout } from './survey.js'

/**
 * Names what the router watches over: both versions and, in order, the weights of every route that takes part; and the
 * generation in which they were seen, where the API server tells it.
 */
export function tokenOf(layout: Layout): string {
  const { generation } = layout.virtualService.metadata
  return generation === undefined ? watchedOf(layout) : `${watchedOf(layout)}${mark}${generation}`
}

/**
 * True when the routes are no longer what the token names. An edit of anything else, a new route before ours for instance,
 * leaves them so, but only one: when a late write of ours was set back by somebody, the weights are as before as well.
 */
export function isOutdated(token: string, layout: Layout): boolean {
  const [watched, seen] = token.split(mark)
  const { generation } = layout.virtualService.metadata
  // Where one of the generations is not told, their difference is not a number, and so not above 1.
  return watched !== watchedOf(layout) || Number(generation) - Number(seen) > 1
}

const mark = ' in generation '

const watchedOf = ({ routes, subsets: { production, canary } }: Layout): string =>
  [
    `${production.version}/${canary.version}`,
    ...routes.map(({ production, canary }) => `${weightsOf(production)}:${weightsOf(canary)}`),
  ].join(' ')

const weightsOf = (portions: readonly Portion[]) => portions.map(({ weight = 0 }) => weight).join('+')
