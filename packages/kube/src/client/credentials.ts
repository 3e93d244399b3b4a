import type { Agent } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Clock } from '../base/clock.js'
import { KubeError } from '../errors.js'
import { AgentPool, fingerprint } from './agent-pool.js'

/** What a request needs to be let in. It never changes: other credentials are another object. */
export interface Access {
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
  /** `user:password`. */
  readonly auth: string | undefined
}

/** Credentials older than this are read again, milliseconds. */
const FRESH_MS = 10_000
/** A reading that takes longer hangs; the next request starts another, milliseconds. */
const HANGS_MS = 30_000

/**
 * The credentials of one kubeconfig context, by client-node's own authenticators: client certificates, tokens, token
 * files, exec plugins, OIDC. Files and plugins are asked again every 10 s while there are requests, beside them: no
 * request waits for a slow plugin except the first, and one whose credentials were refused.
 */
export class Credentials {
  readonly #load: () => KubeConfig
  readonly #clock: Clock
  readonly #pool = new AgentPool()
  #config: KubeConfig
  #access: Access | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<Access> | undefined

  constructor(load: () => KubeConfig, clock: Clock) {
    this.#load = load
    this.#clock = clock
    this.#config = load()
  }

  get config(): KubeConfig {
    return this.#config
  }

  current(): Promise<Access> {
    if (!this.#access) return this.#read()
    // A reading that fails leaves the present credentials in use until the server refuses them.
    if (this.#age() > FRESH_MS) this.#read().catch(() => {})
    return Promise.resolve(this.#access)
  }

  /** After `refused` was refused: loads everything again, and says whether there are other credentials now. */
  async renew(refused: Access): Promise<boolean> {
    if (this.#access === refused) {
      this.#config = this.#load()
      await this.#read()
    }
    return this.#access !== refused
  }

  close(): void {
    this.#pool.close()
  }

  #age(): number {
    return this.#clock.now() - this.#readAt
  }

  /** All who ask at the same time share one reading. */
  #read(): Promise<Access> {
    if (this.#reading && this.#age() < HANGS_MS) return this.#reading
    this.#readAt = this.#clock.now()
    const reading = this.#ask().finally(() => {
      if (this.#reading === reading) this.#reading = undefined
    })
    this.#reading = reading
    return reading
  }

  async #ask(): Promise<Access> {
    const found = await this.#apply()
    if (!this.#access || !isSame(found, this.#access)) this.#access = found
    return this.#access
  }

  async #apply(): Promise<Access> {
    // As kubectl does: nothing secret ever goes over plain HTTP.
    if (this.#config.getCurrentCluster()?.server.startsWith('http:'))
      return { agent: this.#pool.plain(), headers: {}, auth: undefined }
    const options: RequestOptions = { headers: {} }
    try {
      await this.#config.applyToHTTPSOptions(options)
    } catch (error) {
      throw unreadable(error)
    }
    const proxy = this.#config.getCurrentCluster()?.proxyUrl ? (options.agent as Agent) : undefined
    return {
      agent: this.#pool.tls(options, proxy),
      // Token files tend to end with a newline.
      headers: Object.fromEntries(
        Object.entries(options.headers ?? {}).map(([name, value]) => [name, `${value}`.trim()]),
      ),
      auth: options.auth ?? undefined,
    }
  }
}

function isSame(a: Access, b: Access): boolean {
  return a.agent === b.agent && fingerprint([a.headers, a.auth]) === fingerprint([b.headers, b.auth])
}

/** What a plugin printed may hold a token, and JSON.parse quotes it: only messages known to be harmless get out. */
function unreadable(error: unknown): KubeError {
  const { name, message } = error as Error
  const isHarmless = (error as Error).constructor === Error || 'syscall' in (error as Error)
  const said = isHarmless ? message.trim().slice(0, 300) : name
  return new KubeError('KUBE_CREDENTIALS', `Cannot read the credentials of the kubeconfig context: ${said}.`)
}
