import {
  type Client,
  type DeleteOptions,
  isKubeError,
  type ListOptions,
  type PatchOptions,
  type RequestOptions,
  type WriteOptions,
} from '@birdwatch/kube'

export interface ObservedClient extends Client {
  /** Resolves when no write is under way. */
  idle(): Promise<void>
}

/** One request that ended. */
export interface Request {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'replace' | 'patch' | 'delete'
  /** Plural name, with the subresource: a bounded number of names. */
  readonly resource: string
  /** `OK`, or the code of the error. */
  readonly code: string
  readonly ms: number
}

/** A client that tells of its requests, and of when the last write has ended. */
export function observed(client: Client, observe: (request: Request) => void): ObservedClient {
  const writes = new Set<Promise<unknown>>()

  const told = async <T>(verb: Request['verb'], path: string, answer: Promise<T>): Promise<T> => {
    const began = performance.now()
    const end = (code: string) => observe({ verb, resource: resourceIn(path), code, ms: performance.now() - began })
    try {
      const result = await answer
      end('OK')
      return result
    } catch (error) {
      end(codeOf(error))
      throw error
    }
  }

  const wrote = <T>(verb: Request['verb'], path: string, answer: Promise<T>): Promise<T> => {
    const write = told(verb, path, answer).finally(() => writes.delete(write))
    writes.add(write)
    return write
  }

  return {
    namespace: client.namespace,
    close: client.close.bind(client),
    get: <T>(path: string, options?: RequestOptions) => told('get', path, client.get<T>(path, options)),
    list: <K, R>(path: string, options?: ListOptions<K, R>) => told('list', path, client.list<K, R>(path, options)),
    create: <T>(path: string, body: object, options?: WriteOptions) =>
      wrote('create', path, client.create<T>(path, body, options)),
    replace: <T>(path: string, body: object, options?: WriteOptions) =>
      wrote('replace', path, client.replace<T>(path, body, options)),
    patch: <T>(path: string, patch: object, options: PatchOptions) =>
      wrote('patch', path, client.patch<T>(path, patch, options)),
    delete: <T>(path: string, options?: DeleteOptions) => wrote('delete', path, client.delete<T>(path, options)),
    async *watch(path, options) {
      const began = performance.now()
      let code = 'OK'
      try {
        yield* client.watch(path, options)
      } catch (error) {
        code = codeOf(error)
        throw error
      } finally {
        observe({ verb: 'watch', resource: resourceIn(path), code, ms: performance.now() - began })
      }
    },
    async idle() {
      while (writes.size > 0) await Promise.allSettled(writes)
    },
  }
}

const codeOf = (error: unknown): string => (isKubeError(error) ? error.code : 'UNKNOWN')

/** `birdwatches/status` of a path, whatever the objects are called; of a discovery its group. */
function resourceIn(path: string): string {
  const parts = path.split('/').slice(1)
  const group = parts[0] === 'api' ? 2 : 3
  const [plural = '', , subresource] = parts.slice(parts[group] === 'namespaces' ? group + 2 : group)
  if (plural === '') return parts[1] ?? ''
  return subresource === undefined ? plural : `${plural}/${subresource}`
}
