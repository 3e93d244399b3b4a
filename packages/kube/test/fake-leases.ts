import type { Clock } from '../src/base/clock.js'
import type { Client, RequestOptions } from '../src/client/types.js'
import { KubeError, type KubeErrorCode } from '../src/errors.js'
import type { Lease } from '../src/lease/lease-record.js'

/** How one request and its answer travel: milliseconds, or lost on the way. */
export interface Journey {
  readonly there: number | 'lost'
  readonly back: number | 'lost'
}

export const instant: Journey = { there: 0, back: 0 }

type LeaseClient = Pick<Client, 'get' | 'create' | 'replace'>

/** A server that holds one Lease with the real one's compare-and-swap, behind a network that can do anything. */
export class FakeLeases {
  lease: (Lease & { metadata: { resourceVersion: string } }) | undefined
  /** `get`, `create` and `replace` as the server saw them. */
  readonly seen: string[] = []
  readonly #time: Clock
  /** The journey of the next request of whoever asks. */
  journey: (who: string) => Journey = () => instant
  /** The server refuses the next request with this. */
  refuseNext: KubeErrorCode | undefined
  #version = 0

  constructor(time: Clock) {
    this.#time = time
  }

  /** A client of `who`, whose timeouts pass on its own clock. */
  connect(who: string, clock: Clock): LeaseClient {
    const call = <T>(verb: string, work: () => Lease, options: RequestOptions = {}) =>
      this.#call(who, clock, verb, work, options) as Promise<T>
    return {
      get: (_, options) => call('get', () => this.#get(), options),
      create: (_, body, options) => call('create', () => this.#create(body as Lease), options),
      replace: (_, body, options) => call('replace', () => this.#replace(body as Lease), options),
    }
  }

  /** What somebody else does to the Lease. */
  edit(spec: Lease['spec']): void {
    this.#write({ ...this.lease, spec: { ...this.lease?.spec, ...spec } })
  }

  #call(who: string, clock: Clock, verb: string, work: () => Lease, { timeoutMs = 10_000, signal }: RequestOptions) {
    const { there, back } = this.journey(who)
    return new Promise<Lease>((resolve, reject) => {
      const cancelTimeout = clock.setTimer(timeoutMs, () => reject(new KubeError('KUBE_TIMEOUT', 'no answer')))
      const abort = () => reject(new KubeError('KUBE_ABORTED', 'aborted'))
      signal?.addEventListener('abort', abort, { once: true })
      const settle = (deliver: () => void) => {
        cancelTimeout()
        signal?.removeEventListener('abort', abort)
        deliver()
      }
      if (there === 'lost') return
      this.#time.setTimer(there, () => {
        this.seen.push(verb)
        const answer = this.#answer(work)
        if (back === 'lost') return
        // The answer waits for a process that stands still.
        clock.setTimer(back, () => settle(() => (answer instanceof KubeError ? reject(answer) : resolve(answer))))
      })
    })
  }

  #answer(work: () => Lease): Lease | KubeError {
    const refusal = this.refuseNext
    this.refuseNext = undefined
    if (refusal) return new KubeError(refusal, 'refused')
    try {
      return structuredClone(work())
    } catch (error) {
      return error as KubeError
    }
  }

  #get(): Lease {
    if (!this.lease) throw new KubeError('KUBE_NOT_FOUND', 'no Lease')
    return this.lease
  }

  #create(lease: Lease): Lease {
    if (this.lease) throw new KubeError('KUBE_ALREADY_EXISTS', 'it exists')
    return this.#write(lease)
  }

  #replace(lease: Lease): Lease {
    if (this.#get().metadata?.resourceVersion !== lease.metadata?.resourceVersion)
      throw new KubeError('KUBE_CONFLICT', 'it changed')
    return this.#write(lease)
  }

  #write(lease: Lease): Lease {
    this.#version += 1
    this.lease = structuredClone({ ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.#version) } })
    return this.lease
  }
}
