const domain = 'svc.cluster.local'

/** A host as Istio understands it: a name without a dot is a Service of the object's namespace, any other is literal. */
export const fullHost = (host: string, namespace: string): string =>
  host.includes('.') ? host.toLowerCase() : `${host}.${namespace}.${domain}`.toLowerCase()

/** The names by which requests may call a host; a Service also has the shorter ones. */
export function namesOf(host: string): string[] {
  const [service = '', namespace = '', ...rest] = host.split('.')
  if (rest.join('.') !== domain) return [host]
  return [host, `${service}.${namespace}.svc`, `${service}.${namespace}`, service]
}

/** The host that a request names, without its port. */
export const requestedHost = (header = ''): string => header.replace(/:\d+$/, '').toLowerCase()

/** What was registered for a host: under its own name, else under the longest wildcard that covers it. */
export function lookUp<T>(byHost: ReadonlyMap<string, T>, host: string): T | undefined {
  const exact = byHost.get(host)
  if (exact !== undefined) return exact
  const labels = host.split('.')
  for (let i = 1; i < labels.length; i++) {
    const wildcard = byHost.get(`*.${labels.slice(i).join('.')}`)
    if (wildcard !== undefined) return wildcard
  }
  return byHost.get('*')
}
