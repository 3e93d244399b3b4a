import { isKubeError } from '../errors.js'
import type { ListOptions, ListResult, Query } from './types.js'

interface Page<K> {
  metadata?: { resourceVersion?: string; continue?: string }
  items?: K[] | null
}

/**
 * Reads all pages of a collection with `getPage`. Without a resourceVersion the first page is a consistent read, and
 * the continue tokens hold the others to the same moment. When a token expires on the way, a server that is slow or
 * busy would let the next one expire too: then everything is asked for at once.
 */
export async function readList<K, R>(
  getPage: (query: Query) => Promise<Page<K>>,
  { pageSize = 500, labelSelector, fieldSelector, project, query }: ListOptions<K, R>,
): Promise<ListResult<R>> {
  const selection = { ...query, labelSelector, fieldSelector }
  const keep = project ?? ((object: K) => object as unknown as R)
  try {
    return await readPages(getPage, { ...selection, limit: pageSize || undefined }, keep)
  } catch (error) {
    if (!isKubeError(error, 'KUBE_GONE')) throw error
    return readPages(getPage, selection, keep)
  }
}

async function readPages<K, R>(
  getPage: (query: Query) => Promise<Page<K>>,
  query: Query,
  keep: (object: K) => R,
): Promise<ListResult<R>> {
  const items: R[] = []
  let token: string | undefined
  for (;;) {
    const page = await getPage({ ...query, continue: token })
    for (const item of page.items ?? []) items.push(keep(item))
    token = page.metadata?.continue || undefined
    if (token === undefined) return { items, resourceVersion: page.metadata?.resourceVersion ?? '' }
  }
}
