import type { Status } from './errors.js'

/** A request as it comes over HTTP, or from within the process. */
export interface ApiRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Of them `accept`, `content-type` and `user-agent` are looked at; names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Text as it was sent, or the object itself. */
  readonly body?: unknown
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

export interface WatchEvent {
  readonly type: WatchEventType
  readonly object: object
}

/** Where the events of a watch go. */
export interface WatchSink {
  event(event: WatchEvent): void
  /** The watch is over. */
  end(): void
}

export interface BodyAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text, or an object that is to be written as JSON. It is shared: do not change it. */
  readonly body: string | object
}

/** The answer to a watch: begins when it is opened, and ends by itself or when it is closed. */
export interface WatchAnswer {
  readonly status: 200
  readonly headers: Readonly<Record<string, string>>
  /** Delivers what is known already before it returns; returns a function that closes the watch. */
  readonly watch: (sink: WatchSink) => () => void
}

export type ApiAnswer = BodyAnswer | WatchAnswer

export const isWatch = (answer: ApiAnswer): answer is WatchAnswer => 'watch' in answer

export const json = (body: object, status = 200, headers: Record<string, string> = {}): BodyAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body,
})

export const text = (body: string, status = 200): BodyAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

export const failure = (status: Status): BodyAnswer => json(status, status.code ?? 500)
