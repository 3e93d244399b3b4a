import type { Beat } from '../../src/api.js'

/** Whether what is shown is the present. */
export type Status =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Times by this machine's clock, epoch milliseconds. */
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number }

/** Longer than two signs of life of the server are apart. */
const silenceMs = 35_000
const firstRetryMs = 1000
const longestRetryMs = 15_000
/** A page that nobody looks at lets go: browsers give all pages of one server only a handful of connections. */
const restMs = 60_000

export interface Listener {
  event(name: 'reset' | 'change' | 'playground', data: unknown): void
  status(status: Status): void
  /** The server's clock was seen to be at `now`. */
  clock(now: number): void
}

/**
 * Follows the server, for ever: what breaks is opened again from the last event that was seen, later and later; at once
 * when the network comes back, when the page is looked at, or when asked to.
 */
export class Stream {
  readonly #subject: string | undefined
  readonly #listener: Listener
  #source: EventSource | undefined
  #lastId: string | undefined
  #failures = 0
  #live = false
  #lostSince: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #rest: ReturnType<typeof setTimeout> | undefined
  #resting = false

  /** @param lastId the last event seen by an earlier stream of the same subject */
  constructor(subject: string | undefined, lastId: string | undefined, listener: Listener) {
    this.#subject = subject
    this.#lastId = lastId
    this.#listener = listener
    addEventListener('online', this.retry)
    document.addEventListener('visibilitychange', this.#looked)
    this.#open()
  }

  get lastId(): string | undefined {
    return this.#lastId
  }

  /** Tries now. */
  readonly retry = (): void => {
    if (this.#lostSince !== undefined) this.#open()
  }

  close(): void {
    removeEventListener('online', this.retry)
    document.removeEventListener('visibilitychange', this.#looked)
    clearTimeout(this.#rest)
    this.#hangUp()
  }

  readonly #looked = (): void => {
    clearTimeout(this.#rest)
    if (document.visibilityState === 'hidden') {
      this.#rest = setTimeout(() => {
        this.#resting = true
        this.#hangUp()
      }, restMs)
    } else if (this.#resting) this.#open()
    else this.retry()
  }

  #hangUp(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
  }

  #open(): void {
    this.#resting = false
    this.#source?.close()
    const query = new URLSearchParams()
    if (this.#subject !== undefined) query.set('rollout', this.#subject)
    if (this.#lastId !== undefined) query.set('after', this.#lastId)
    const source = new EventSource(`api/events?${query}`)
    this.#source = source
    this.#waitFor(silenceMs)
    source.onerror = () => this.#lost()
    source.addEventListener('beat', ({ data }) => {
      this.#alive()
      this.#listener.clock((JSON.parse(data) as Beat).now)
    })
    for (const name of ['reset', 'change', 'playground'] as const)
      source.addEventListener(name, ({ data, lastEventId }) => {
        this.#alive()
        if (lastEventId !== '') this.#lastId = lastEventId
        this.#listener.event(name, JSON.parse(data))
      })
  }

  #alive(): void {
    this.#failures = 0
    this.#waitFor(silenceMs)
    this.#lostSince = undefined
    if (this.#live) return
    this.#live = true
    this.#listener.status({ kind: 'live' })
  }

  #lost(): void {
    this.#source?.close()
    this.#live = false
    this.#lostSince ??= Date.now()
    const wait = Math.min(firstRetryMs * 2 ** this.#failures++, longestRetryMs)
    this.#listener.status({ kind: 'lost', since: this.#lostSince, retryAt: Date.now() + wait })
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#open(), wait)
  }

  #waitFor(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lost(), ms)
  }
}
