import { onTestFinished } from 'vitest'

export interface ServerEvent {
  readonly event: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is what the tests are about.
  readonly data: any
}

export interface EventStream {
  readonly status: number
  readonly headers: Headers
  /** The next event of one of these names; others are passed over. Undefined when the stream has ended. */
  next(...names: string[]): Promise<ServerEvent | undefined>
  close(): void
}

/** Follows a stream as a browser would. */
export async function follow(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(url, { headers, signal: stop.signal })
  const events = response.body === null ? undefined : parse(response.body)
  return {
    status: response.status,
    headers: response.headers,
    async next(...names) {
      for (;;) {
        const { value, done } = (await events?.next()) ?? { done: true, value: undefined }
        if (done || value === undefined) return undefined
        if (names.length === 0 || names.includes(value.event)) return value
      }
    },
    close: () => stop.abort(),
  }
}

async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) yield eventOf(frame)
  }
  return undefined
}

function eventOf(frame: string): ServerEvent {
  const fields = Object.fromEntries(frame.split('\n').map(line => line.split(/: (.*)/s, 2)))
  return { event: fields.event, id: fields.id ?? '', data: JSON.parse(fields.data) }
}
