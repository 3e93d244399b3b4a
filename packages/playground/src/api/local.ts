import { ApiError, type Status } from './errors.js'
import type { ApiMachine } from './machine.js'
import type { KubeObject } from './object.js'
import { type ApiAnswer, type ApiRequest, isWatch } from './request.js'

/** A change that `follow` tells of. */
export interface Followed {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
}

/** A client within the process: the same requests as over HTTP, answered at once. Throws `ApiError` when refused. */
export class LocalApi {
  readonly #machine: Pick<ApiMachine, 'handle'>
  readonly #manager: string

  /** @param manager the name under which its writes appear in managedFields */
  constructor(machine: Pick<ApiMachine, 'handle'>, manager: string) {
    this.#machine = machine
    this.#manager = manager
  }

  /** Undefined where there is no such object. */
  get(path: string): KubeObject | undefined {
    const answer = this.#send({ method: 'GET', url: path })
    return answer.status === 404 ? undefined : (bodyOf(answer) as KubeObject)
  }

  list(path: string): readonly KubeObject[] {
    return (bodyOf(this.#send({ method: 'GET', url: path })) as { items: KubeObject[] }).items
  }

  create(path: string, body: object): KubeObject {
    return bodyOf(this.#send({ method: 'POST', url: path, body })) as KubeObject
  }

  /** A merge patch. */
  merge(path: string, body: object): KubeObject {
    const headers = { 'content-type': 'application/merge-patch+json' }
    return bodyOf(this.#send({ method: 'PATCH', url: path, headers, body })) as KubeObject
  }

  /** Begins to delete a pod; its kubelet finishes it. */
  evict(path: string): void {
    bodyOf(this.#send({ method: 'DELETE', url: path }))
  }

  /** Deletes at once, without a grace period; does nothing when it is gone already. */
  delete(path: string): void {
    const answer = this.#send({ method: 'DELETE', url: path, body: { gracePeriodSeconds: 0 } })
    if (answer.status !== 404) bodyOf(answer)
  }

  /**
   * Tells of everything in a collection, and then of every change, at once; returns a function that ends it. From time
   * to time everything is told of again, as `ADDED`.
   */
  follow(path: string, listener: (change: Followed) => void): () => void {
    let close = () => {}
    let isOver = false
    const open = () => {
      const answer = this.#send({ method: 'GET', url: `${path}?watch=true` })
      if (!isWatch(answer)) throw refusedBy(answer)
      close = answer.watch({ event: event => listener(event as Followed), end: () => isOver || open() })
    }
    open()
    return () => {
      isOver = true
      close()
    }
  }

  #send(request: ApiRequest): ApiAnswer {
    const headers = { 'user-agent': this.#manager, ...request.headers }
    return this.#machine.handle({ ...request, headers })
  }
}

function bodyOf(answer: ApiAnswer): object {
  if (isWatch(answer) || answer.status >= 400 || typeof answer.body === 'string') throw refusedBy(answer)
  return answer.body
}

function refusedBy(answer: ApiAnswer): Error {
  const isStatus = !isWatch(answer) && typeof answer.body === 'object'
  return isStatus ? new ApiError(answer.body as Status) : new Error(`the embedded API answered ${answer.status}`)
}
