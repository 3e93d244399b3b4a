/** Where the page is: the list, or one rollout. */
export type Route = { readonly kind: 'list' } | { readonly kind: 'rollout'; readonly key: string }

/** Addresses live in the fragment, so that the page works below any path. */
export function routeOf(hash: string): Route {
  const [, namespace, name] = /^#\/([^/]+)\/([^/]+)$/.exec(hash) ?? []
  if (namespace === undefined || name === undefined) return { kind: 'list' }
  return { kind: 'rollout', key: `${decode(namespace)}/${decode(name)}` }
}

export const hrefOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `#/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`

export const listHref = '#/'

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
