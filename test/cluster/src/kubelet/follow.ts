import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from '../api/client.js'
import { type Collection, collectionPath, type KubeObject } from '../api/objects.js'

export type Change<T> =
  /** Everything there is; also after a gap in the watch. */
  { type: 'LISTED'; objects: T[] } | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }

/** Lists and watches for ever. Whatever ends a watch, an expired version included, it lists again. */
export async function* follow<T extends KubeObject>(
  api: Api,
  collection: Collection,
  log: (line: string) => void,
): AsyncGenerator<Change<T>> {
  const path = collectionPath(collection)
  const kind = { apiVersion: collection.apiVersion, kind: collection.kind } // a list leaves it out of its items
  for (;;) {
    try {
      const { items, metadata } = await api.request<{ items: T[]; metadata: { resourceVersion: string } }>('GET', path)
      yield { type: 'LISTED', objects: items.map(item => ({ ...item, ...kind })) }
      const query = new URLSearchParams({ watch: '1', resourceVersion: metadata.resourceVersion })
      const stream = await api.transport.open('GET', `${path}?${query}`, { timeoutMs: 0 })
      for await (const line of createInterface({ input: stream })) {
        const { type, object } = JSON.parse(line) as { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR'; object: T }
        if (type === 'ERROR') break
        yield { type, object }
      }
    } catch (error) {
      log(`watch of ${path}: ${error}`)
      await delay(300)
    }
  }
}
