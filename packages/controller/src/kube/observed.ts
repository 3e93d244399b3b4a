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
  /** Empty where it was for the whole cluster. */
  readonly namespace: string
  /** `OK`, or the code of the error. */
  readonly code: string
  /** The message of the error. */
  readonly error?: string | undefined
  readonly ms: number
}

/**
 * A client that tells of its requests, and of when the last write has ended. A watch ends late: `opened` is told of it when it
 * brings something first.
 */
export function observed(
  client: Client,
  observe: (request: Request) => void,
  opened: (watch: Omit<Request, 'ms'>) => void = () => {},
): ObservedClient {
  const writes = new Set<Promise<unknown>>()

  const told = async <T>(verb: Request['verb'], path: string, answer: Promise<T>): Promise<T> => {
    const began = performance.now()
    const end = (outcome: Outcome) => observe({ verb, ...placeIn(path), ...outcome, ms: performance.now() - began })
    try {
      const result = await answer
      end({ code: 'OK' })
      return result
    } catch (error) {
      end(outcomeOf(error))
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
      const watch = { verb: 'watch', ...placeIn(path) } as const
      let outcome: Outcome = { code: 'OK' }
      let quiet = true
      try {
        for await (const event of client.watch<never>(path, options)) {
          if (quiet) opened({ ...watch, ...outcome })
          quiet = false
          yield event
        }
      } catch (error) {
        outcome = outcomeOf(error)
        throw error
      } finally {
        observe({ ...watch, ...outcome, ms: performance.now() - began })
      }
    },
    async idle() {
      while (writes.size > 0) await Promise.allSettled(writes)
    },
  }
}

type Outcome = Pick<Request, 'code' | 'error'>

const outcomeOf = (error: unknown): Outcome => ({
  code: isKubeError(error) ? error.code : 'UNKNOWN',
  error: error instanceof Error ? error.message : undefined,
})

/** `birdwatches/status` of a path, whatever the objects are called; of a discovery its group. */
function placeIn(path: string): Pick<Request, 'resource' | 'namespace'> {
  const parts = path.split('/').slice(1)
  const group = parts[0] === 'api' ? 2 : 3
  const namespaced = parts[group] === 'namespaces'
  const namespace = namespaced ? (parts[group + 1] ?? '') : ''
  const [plural = '', , subresource] = parts.slice(namespaced ? group + 2 : group)
  if (plural === '') return { resource: parts[1] ?? '', namespace }
  return { resource: subresource === undefined ? plural : `${plural}/${subresource}`, namespace }
}
