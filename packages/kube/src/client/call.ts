import { KubeError, type KubeErrorCode, type KubeErrorDetails } from '../errors.js'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'replace' | 'patch' | 'delete'

/** One request and how far it got. Every error about it is made here, so that all of them say the same things. */
export class Call {
  readonly verb: Verb
  readonly path: string
  readonly reads: boolean
  readonly #dryRun: boolean
  /** The connection stood, so the request may be on its way. */
  sent = false
  /** It went out on a connection that had served before. */
  reusedConnection = false
  /** The HTTP status, once the head of the answer is here. */
  status: number | undefined

  constructor(verb: Verb, path: string, dryRun = false) {
    this.verb = verb
    this.path = path
    this.reads = verb === 'get' || verb === 'list' || verb === 'watch'
    this.#dryRun = dryRun
  }

  /** Forgets an attempt that did nothing. */
  restart(): void {
    this.sent = false
    this.reusedConnection = false
    this.status = undefined
  }

  error(code: KubeErrorCode, what: string, details: KubeErrorDetails = {}): KubeError {
    return new KubeError(code, `${this.verb} ${this.path}: ${what}`, {
      verb: this.verb,
      path: this.path,
      status: this.status,
      tookEffect: this.#tookEffect(),
      ...details,
    })
  }

  /** A refusal (3xx, 4xx) promises that nothing was done, a 5xx promises nothing. */
  #tookEffect(): boolean | 'unknown' {
    if (this.reads || this.#dryRun || !this.sent) return false
    if (this.status === undefined || this.status >= 500) return 'unknown'
    return this.status < 300
  }
}
