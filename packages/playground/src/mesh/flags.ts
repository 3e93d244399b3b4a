/** Envoy's short words for what went wrong with a request, as Istio's metrics show them in `response_flags`. */
export const flags = {
  none: '-',
  /** No route matches. */
  noRoute: 'NR',
  /** The route leads to a cluster that is not there. */
  noCluster: 'NC',
  /** No pod takes requests. */
  noHealthyUpstream: 'UH',
  /** No connection to the pod could be made. */
  upstreamFailure: 'UF',
  /** The pod broke the connection. */
  upstreamReset: 'UC',
  /** The pod took longer than the route allows. */
  upstreamTimeout: 'UT',
  /** The client went away. */
  downstreamGone: 'DC',
} as const

export type Flag = (typeof flags)[keyof typeof flags]
