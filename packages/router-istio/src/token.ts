import type { Layout } from './survey.js'

/**
 * Names what the router watches over: both versions and, in order, the weights of every route that takes part. An edit
 * of anything else, a new route before ours for instance, leaves it as it is.
 */
export const tokenOf = ({ routes, subsets: { production, canary } }: Layout): string =>
  [
    `${production.version}/${canary.version}`,
    ...routes.map(({ production: [first], canary: [second] }) => `${first?.weight ?? 0}:${second?.weight ?? 0}`),
  ].join(' ')
