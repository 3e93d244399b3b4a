import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '@birdwatch/core'
import { about } from './answer/about.js'
import { Catalog } from './catalog.js'
import { Endpoints } from './endpoints.js'
import { ApiError, apiError, badRequest } from './errors.js'
import { type ApiAnswer, type ApiRequest, failure, json, text } from './request.js'
import { resourceOfCrd } from './resources/crd.js'
import { Store } from './store/store.js'
import { targetOf } from './target.js'

export interface ApiMachineOptions {
  /** CustomResourceDefinitions, parsed. Default: none. */
  readonly crds?: readonly unknown[]
  /** Default: the system's. */
  readonly clock?: Clock
  /** Where uids come from. Default: random. */
  readonly newUid?: () => string
  /** How many changes are remembered at least; who watches from an earlier one gets 410. Default 10 000. */
  readonly historyLimit?: number
  /** Called around every request, e.g. to simulate faults. */
  readonly hooks?: ApiHooks
}

export interface ApiHooks {
  /** Called before a request is looked at; what it returns is the answer, and nothing else happens. */
  before?(request: ApiRequest): ApiAnswer | undefined
  /** Called with the answer; what it returns is answered in its place. */
  after?(request: ApiRequest, answer: ApiAnswer): ApiAnswer
}

/**
 * A Kubernetes API in memory: one request in, one answer out, at once. It opens no socket and reads no clock but the one
 * it is given; `serveApi` puts it behind a port.
 */
export class ApiMachine {
  readonly #catalog = new Catalog()
  readonly #store: Store
  readonly #hooks: ApiHooks
  readonly #endpoints: Endpoints

  /** Throws for a CustomResourceDefinition that asks for what can not be done here. */
  constructor(options: ApiMachineOptions = {}) {
    const { crds = [], clock = systemClock, newUid = randomUUID, historyLimit = 10_000, hooks = {} } = options
    this.#store = new Store({ historyLimit })
    this.#hooks = hooks
    const around = { catalog: this.#catalog, store: this.#store, now: () => clock.now(), newUid }
    this.#endpoints = new Endpoints(around, clock)
    for (const crd of crds) this.install(crd)
    this.#answer({ method: 'POST', url: '/api/v1/namespaces', body: defaultNamespace })
  }

  /** Serves the resource of a CustomResourceDefinition. Throws when it is served already, and for what can not be done. */
  install(crd: unknown): void {
    this.#catalog.add(resourceOfCrd(crd))
  }

  /** Forgets all changes so far, as etcd does from time to time: who watches from an earlier version must list again. */
  compact(): void {
    this.#store.compact()
  }

  /** Answers a request. Never throws for what a request asks. */
  handle(request: ApiRequest): ApiAnswer {
    const answer = this.#hooks.before?.(request) ?? this.#answer(request)
    return this.#hooks.after?.(request, answer) ?? answer
  }

  #answer(request: ApiRequest): ApiAnswer {
    try {
      return this.#route(request)
    } catch (error) {
      if (error instanceof ApiError) return failure(error.status)
      if (error instanceof URIError) return failure(badRequest('the path can not be decoded').status)
      return failure(apiError('InternalError', `the embedded API failed: ${(error as Error).message}`).status)
    }
  }

  #route(request: ApiRequest): ApiAnswer {
    const { pathname, searchParams: query } = new URL(request.url, 'http://api')
    const segments = pathname.split('/').filter(Boolean).map(decodeURIComponent)
    const target = targetOf(this.#catalog, segments)
    if (target) return this.#endpoints.answer({ query, request }, target)
    const known = request.method === 'GET' ? about(this.#catalog, segments) : undefined
    if (known === undefined) return text('404 page not found\n', 404)
    return typeof known === 'string' ? text(known) : json(known)
  }
}

const defaultNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }
