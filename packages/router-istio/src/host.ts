/** How many names Istio gives to one host: what it depends on. */
export interface HostScope {
  /** The namespace of the object in which the host is written. */
  readonly namespace: string
  /** The cluster's DNS domain, usually `cluster.local`. */
  readonly clusterDomain: string
}

/** A host as Istio understands it: a name without a dot is a Service of the namespace, any other is literal. */
export const fullHost = (host: string, { namespace, clusterDomain }: HostScope): string =>
  host.includes('.') ? host : `${host}.${namespace}.svc.${clusterDomain}`
