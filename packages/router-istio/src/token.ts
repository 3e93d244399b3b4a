import type { Portion } from './routes.js'
import type { Layout } from './survey.js'

/**
 * Names what the router watches over: both versions and, in order, the weights of every route that takes part. An edit
 * of anything else, a new route before ours for instance, leaves it as it is.
 */
export const tokenOf = ({ routes, subsets: { production, canary } }: Layout): string =>
  [
    `${production.version}/${canary.version}`,
    ...routes.map(({ production, canary }) => `${weightsOf(production)}:${weightsOf(canary)}`),
  ].join(' ')

const weightsOf = (portions: readonly Portion[]) => portions.map(({ weight = 0 }) => weight).join('+')
