import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Tally, type Traffic } from './tally.js'

export interface LoadOptions {
  /** Where the mesh listens. */
  readonly url: string
  /** The service that is called: the Host header. */
  readonly host: string
  /** 0 pauses. */
  readonly requestsPerSecond: number
  /** A request without an answer for this long has failed, milliseconds. Default 5000. */
  readonly timeoutMs?: number
}

/** When more requests than this wait for their answers, no more are sent: they count as failed. */
const mostWaiting = 1_000
/** How often it is looked whether requests are due, milliseconds. */
const tickMs = 10

/** Real requests at a constant rate, which does not slow down when answers do (open loop). */
export class Load {
  readonly #options: LoadOptions
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
  readonly #tally = new Tally(Date.now)
  readonly #waiting = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout
  #rate: number
  #due = 0
  #lastTick = performance.now()

  constructor(options: LoadOptions) {
    this.#options = options
    this.#rate = options.requestsPerSecond
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  /** Requests per second, from now on. */
  set rate(requestsPerSecond: number) {
    this.#rate = requestsPerSecond
  }

  get rate(): number {
    return this.#rate
  }

  /** What became of the requests of the last so many seconds. */
  recent(seconds: number): Traffic {
    return this.#tally.recent(seconds)
  }

  /**
   * Sends no more, and resolves when every request has its answer or has failed.
   * @param graceMs what waits for an answer for longer than this has failed. Default: each may take its own time.
   */
  async stop(graceMs?: number): Promise<void> {
    clearInterval(this.#timer)
    const answered = Promise.all(this.#waiting)
    await (graceMs === undefined ? answered : Promise.race([answered, sleep(graceMs, undefined, { ref: false })]))
    this.#agent.destroy()
    await answered
  }

  #tick(): void {
    const now = performance.now()
    this.#due += ((now - this.#lastTick) * this.#rate) / 1_000
    this.#lastTick = now
    for (; this.#due >= 1; this.#due--) this.#send()
  }

  #send(): void {
    const done = this.#tally.sent()
    const answer = this.#waiting.size < mostWaiting ? this.#request() : Promise.reject(new Error('too many wait'))
    const request = answer.then(
      ({ version, status }) => done(version, status < 500),
      () => done('none', false),
    )
    this.#waiting.add(request)
    request.finally(() => this.#waiting.delete(request))
  }

  #request(): Promise<{ version: string; status: number }> {
    const { url, host, timeoutMs = 5_000 } = this.#options
    return new Promise((resolve, reject) => {
      const request = http.get(url, { agent: this.#agent, headers: { host }, timeout: timeoutMs }, response => {
        const { statusCode: status = 0, headers } = response
        response.once('error', reject)
        response.once('end', () => resolve({ version: String(headers['x-version'] ?? 'none'), status }))
        response.resume()
      })
      request.once('timeout', () => request.destroy(new Error('no answer in time')))
      request.once('error', reject)
    })
  }
}
