import { type Clock, systemClock } from '../base/clock.js'
import { Call } from './call.js'
import { type ConfigOptions, configLoader } from './config.js'
import { Credentials } from './credentials.js'
import { Exchange } from './exchange.js'
import { readList } from './list.js'
import { send, type Transport } from './transport.js'
import type {
  Client,
  DeleteOptions,
  KubeObject,
  ListOptions,
  ListResult,
  PatchOptions,
  Query,
  RequestOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './types.js'
import { watchEvents } from './watch.js'

export interface ClientOptions extends ConfigOptions {
  /** Sent with every request. Default `birdwatch-kube`. */
  userAgent?: string | undefined
  /** The owner of what is written, in managedFields. Default: the user agent up to its first slash. */
  fieldManager?: string | undefined
  /** The deadline of a request, milliseconds. Default 10 000. */
  timeoutMs?: number | undefined
  /** The largest answer, page of a list or watch event that is read, bytes. Default 64 MiB. */
  maxResponseBytes?: number | undefined
  /** Default: the process's monotonic clock. */
  clock?: Clock | undefined
  /** How a request gets to the server. Default: over pooled HTTP connections. */
  transport?: Transport | undefined
}

/**
 * A client for the cluster of a kubeconfig; without options for the one of the surroundings: KUBECONFIG, else
 * ~/.kube/config, else the service account of the pod. Throws `KUBE_CONFIG`.
 */
export function createClient(options: ClientOptions = {}): Client {
  return new PooledClient(options)
}

const patchTypes: Record<PatchOptions['type'], string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

class PooledClient implements Client {
  readonly namespace: string | undefined
  readonly #credentials: Credentials
  readonly #exchange: Exchange
  readonly #fieldManager: string

  constructor({
    userAgent = 'birdwatch-kube',
    fieldManager = userAgent.replace(/\/.*/, ''),
    timeoutMs = 10_000,
    maxResponseBytes = 64 * 1024 * 1024,
    clock = systemClock,
    transport = send,
    ...config
  }: ClientOptions) {
    const credentials = new Credentials(configLoader(config), clock)
    this.namespace = credentials.config.getContextObject(credentials.config.getCurrentContext())?.namespace
    this.#credentials = credentials
    this.#exchange = new Exchange({ clock, credentials, userAgent, timeoutMs, maxBytes: maxResponseBytes, transport })
    this.#fieldManager = fieldManager
  }

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.#exchange.json(new Call('get', path), { query: options.query }, options)
  }

  list<K, R = K>(path: string, options: ListOptions<K, R> = {}): Promise<ListResult<R>> {
    return readList(query => this.#exchange.json(new Call('list', path), { query }, options), options)
  }

  create<T>(path: string, body: object, options: WriteOptions = {}): Promise<T> {
    return this.#exchange.json(new Call('create', path, options.dryRun), this.#payload(body, options), options)
  }

  replace<T>(path: string, body: object, options: WriteOptions = {}): Promise<T> {
    return this.#exchange.json(new Call('replace', path, options.dryRun), this.#payload(body, options), options)
  }

  patch<T>(path: string, patch: object, options: PatchOptions): Promise<T> {
    const { query, body } = this.#payload(patch, options)
    const payload = { query: { ...query, force: options.force }, body, contentType: patchTypes[options.type] }
    return this.#exchange.json(new Call('patch', path, options.dryRun), payload, options)
  }

  delete<T>(path: string, options: DeleteOptions = {}): Promise<T> {
    const payload = this.#payload(options.body, options)
    return this.#exchange.json(new Call('delete', path, options.dryRun), payload, options)
  }

  watch<K = KubeObject>(path: string, options: WatchOptions = {}): AsyncIterable<WatchEvent<K>> {
    return watchEvents(this.#exchange, path, options)
  }

  close(): void {
    this.#credentials.close()
  }

  #payload<B extends object | undefined>(body: B, options: WriteOptions): { query: Query; body: B } {
    const { fieldManager = this.#fieldManager, dryRun, query } = options
    return { query: { fieldManager, dryRun: dryRun ? 'All' : undefined, ...query }, body }
  }
}
