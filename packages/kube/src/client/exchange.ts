import type { Clock } from '../base/clock.js'
import { KubeError } from '../errors.js'
import { readBody } from './body.js'
import type { Call, Verb } from './call.js'
import type { Access, Credentials } from './credentials.js'
import { Deadline } from './deadline.js'
import { errorFromAnswer } from './status.js'
import type { Answer, Outgoing, Transport } from './transport.js'
import { explain, isStaleConnection, isTlsFailure } from './transport-error.js'
import type { Query, RequestOptions } from './types.js'

const methods: Record<Verb, string> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  replace: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
}

export interface ExchangeSettings {
  readonly clock: Clock
  readonly credentials: Credentials
  readonly userAgent: string
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly transport: Transport
}

export interface Payload {
  readonly query?: Query | undefined
  readonly body?: object | undefined
  readonly contentType?: string
}

/** Requests and answers of one server: deadline, bounded size, and errors that are all ours. */
export class Exchange {
  readonly settings: ExchangeSettings
  readonly #base: string

  constructor(settings: ExchangeSettings) {
    this.settings = settings
    this.#base = parseServer(settings.credentials.config.getCurrentCluster()?.server)
  }

  /** One request and its complete JSON answer. */
  async json<T>(call: Call, payload: Payload, options: RequestOptions): Promise<T> {
    const { clock, timeoutMs, maxBytes } = this.settings
    const deadline = new Deadline(clock, call, options.signal)
    try {
      deadline.arm(options.timeoutMs ?? timeoutMs, 'complete answer')
      const answer = await this.open(call, payload, deadline)
      return JSON.parse(await readBody(answer, maxBytes)) as T
    } catch (error) {
      throw explain(call, deadline.signal, error)
    } finally {
      deadline.dispose()
    }
  }

  /** One request and the head of its answer, which is a success; the body is the caller's to read or destroy. */
  async open(call: Call, payload: Payload, deadline: Deadline): Promise<Answer> {
    const answer = await this.#send(call, this.#outgoing(call, payload), deadline)
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return answer
    throw errorFromAnswer(call, status, answer.headers, await readBody(answer, this.settings.maxBytes))
  }

  /** Sends a request; a second time only when the first cannot have done anything. */
  async #send(call: Call, outgoing: Outgoing, deadline: Deadline): Promise<Answer> {
    const { credentials, transport } = this.settings
    const access = await deadline.race(credentials.current())
    const first = await transport(call, outgoing, access, deadline.signal).catch((error: Error) => error)
    if (await this.#mayRepeat(call, first, access, deadline)) {
      if (!(first instanceof Error)) first.destroy()
      return this.#sendAgain(call, outgoing, deadline)
    }
    if (first instanceof Error) throw first
    return first
  }

  async #sendAgain(call: Call, outgoing: Outgoing, deadline: Deadline): Promise<Answer> {
    const { credentials, transport } = this.settings
    call.restart()
    return transport(call, outgoing, await deadline.race(credentials.current()), deadline.signal)
  }

  async #mayRepeat(call: Call, first: Answer | Error, access: Access, deadline: Deadline): Promise<boolean> {
    if (deadline.signal.aborted) return false
    if (isStaleConnection(call, first)) return call.reads
    const refused = first instanceof Error ? isTlsFailure(first) : first.statusCode === 401
    return refused && deadline.race(this.settings.credentials.renew(access))
  }

  #outgoing(call: Call, { query = {}, body, contentType = 'application/json' }: Payload): Outgoing {
    const url = new URL(this.#base + call.path)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const headers = { accept: 'application/json', 'user-agent': this.settings.userAgent }
    const method = methods[call.verb]
    if (body === undefined) return { method, url, headers, body }
    const text = JSON.stringify(body)
    // Node frames the body of a DELETE only when told its length.
    const length = String(Buffer.byteLength(text))
    return { method, url, headers: { ...headers, 'content-type': contentType, 'content-length': length }, body: text }
  }
}

/** The server's URL without a slash at the end; it may have a path, as behind a proxy for many clusters. */
function parseServer(server: string | undefined): string {
  const url = URL.canParse(server ?? '') ? new URL(server ?? '') : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/$/, '')
  throw new KubeError(
    'KUBE_CONFIG',
    `The server of the kubeconfig's cluster must be an http(s) URL, found ${JSON.stringify(server)}.`,
  )
}
