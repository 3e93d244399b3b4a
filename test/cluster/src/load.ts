import http from 'node:http'

/** Where requests go. */
export interface LoadTarget {
  /** e.g. `http://127.0.0.1:12020/` */
  url: string
  /** The `Host` header, which is what the mesh routes by. */
  host: string
  /** Default 5000. */
  timeoutMs?: number
}

/** What became of a number of requests. */
export class Tally {
  sent = 0
  /** Answers, whatever their status. */
  answered = 0
  /** Answers by `x-version`; those that no pod gave count as `none`. */
  readonly versions: Record<string, number> = {}
  readonly statuses: Record<number, number> = {}
  /** Requests without an answer, by error code. */
  readonly errors: Record<string, number> = {}

  /** Part of the answered requests that this version answered, 0..1. */
  share(version: string): number {
    return (this.versions[version] ?? 0) / this.answered
  }

  /** Requests that did not end with 200: other statuses and errors. */
  get failed(): number {
    const { 200: ok = 0 } = this.statuses
    return this.answered - ok + sum(this.errors)
  }

  /** Whether each request has been answered or failed. */
  get settled(): boolean {
    return this.sent === this.answered + sum(this.errors)
  }

  /** Counts a request and what becomes of it. */
  async record(request: () => Promise<{ status: number; version: string }>): Promise<void> {
    this.sent++
    try {
      const { status, version } = await request()
      this.answered++
      count(this.statuses, status)
      count(this.versions, version)
    } catch (error) {
      count(this.errors, (error as NodeJS.ErrnoException).code ?? 'unknown')
    }
  }
}

/**
 * A constant rate of requests that does not slow down when answers do (open loop). A request belongs to the tally
 * that was current when it was sent.
 */
export class Load {
  #tally = new Tally()
  readonly #tallies = [this.#tally]
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
  readonly #pending = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout

  constructor(target: LoadTarget, requestsPerSecond: number) {
    const started = performance.now()
    let sent = 0
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - started) * requestsPerSecond) / 1000)
      for (; sent < due; sent++) this.#send(target)
    }, 5)
  }

  /** The requests sent since the last reset; goes on counting. */
  get tally(): Tally {
    return this.#tally
  }

  /** A copy of the counts as they are now. */
  snapshot(): Tally {
    return Object.assign(new Tally(), structuredClone({ ...this.#tally }))
  }

  /** Begins a new tally and returns the old one, to which requests under way still belong. */
  reset(): Tally {
    const old = this.#tally
    this.#tally = new Tally()
    this.#tallies.push(this.#tally)
    return old
  }

  /** How many requests did not end with 200 since the load began, whatever was reset since. */
  get failed(): number {
    return this.#tallies.reduce((total, { failed }) => total + failed, 0)
  }

  /** Sends no more, waits for the answers under way, and returns the current tally. */
  async stop(): Promise<Tally> {
    clearInterval(this.#timer)
    await Promise.all(this.#pending)
    this.#agent.destroy()
    return this.#tally
  }

  #send(target: LoadTarget): void {
    const done = this.#tally.record(() => send(target, this.#agent))
    this.#pending.add(done)
    done.then(() => this.#pending.delete(done))
  }
}

/** Sends so many requests, a few at a time, as fast as they are answered. */
export async function sendBatch(target: LoadTarget, requests: number, concurrency = 16): Promise<Tally> {
  const tally = new Tally()
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency })
  const lane = async () => {
    while (tally.sent < requests) await tally.record(() => send(target, agent))
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  agent.destroy()
  return tally
}

function send(
  { url, host, timeoutMs = 5000 }: LoadTarget,
  agent: http.Agent,
): Promise<{ status: number; version: string }> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers: { host }, timeout: timeoutMs }, response => {
      const { statusCode: status = 0, headers } = response
      response.once('error', reject)
      response.once('end', () => resolve({ status, version: String(headers['x-version'] ?? 'none') }))
      response.resume()
    })
    request.once('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    request.once('error', reject)
  })
}

function count(counts: Record<string, number>, key: string | number): void {
  counts[key] = (counts[key] ?? 0) + 1
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, n) => total + n, 0)
