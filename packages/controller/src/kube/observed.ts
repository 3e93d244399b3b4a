import { type Client, isKubeError } from '@birdwatch/kube'

export interface ObservedClient extends Client {
  /** Resolves when no write is under way. */
  idle(): Promise<void>
}

/** Told of every write that ended. */
export type WriteObserver = (write: { verb: string; resource: string; result: string }) => void

/** A client that tells of its writes, and of when the last of them has ended. */
export function observed(client: Client, observe: WriteObserver): ObservedClient {
  const underWay = new Set<Promise<unknown>>()

  const watched =
    <Rest extends unknown[]>(verb: string, write: <T>(path: string, ...rest: Rest) => Promise<T>) =>
    async <T>(path: string, ...rest: Rest): Promise<T> => {
      const answer = write<T>(path, ...rest)
      underWay.add(answer)
      const end = (result: string) => {
        underWay.delete(answer)
        observe({ verb, resource: resourceIn(path), result })
      }
      try {
        const object = await answer
        end('OK')
        return object
      } catch (error) {
        end(isKubeError(error) ? error.code : 'UNKNOWN')
        throw error
      }
    }

  return {
    namespace: client.namespace,
    get: client.get.bind(client),
    list: client.list.bind(client),
    watch: client.watch.bind(client),
    close: client.close.bind(client),
    create: watched('create', client.create.bind(client)),
    replace: watched('replace', client.replace.bind(client)),
    patch: watched('patch', client.patch.bind(client)),
    delete: watched('delete', client.delete.bind(client)),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}

/** `birdwatches/status` of a path: a bounded number of names, whatever the objects are called. */
function resourceIn(path: string): string {
  const parts = path.split('/').slice(1)
  const group = parts[0] === 'api' ? 2 : 3
  const [plural = '', , subresource] = parts.slice(parts[group] === 'namespaces' ? group + 2 : group)
  return subresource === undefined ? plural : `${plural}/${subresource}`
}
