import { Call } from './call.js'
import { Deadline } from './deadline.js'
import type { Exchange } from './exchange.js'
import { splitLines } from './lines.js'
import { errorFromEvent } from './status.js'
import type { Answer } from './transport.js'
import { explain } from './transport-error.js'
import type { WatchEvent, WatchOptions } from './types.js'

/** See `Client.watch`. */
export async function* watchEvents<K>(
  exchange: Exchange,
  path: string,
  { signal, timeoutMs, silenceMs = 90_000, query, ...selection }: WatchOptions,
): AsyncGenerator<WatchEvent<K>, void, void> {
  const { clock, maxBytes, timeoutMs: defaultTimeoutMs } = exchange.settings
  const call = new Call('watch', path)
  const deadline = new Deadline(clock, call, signal)
  let answer: Answer | undefined
  try {
    deadline.arm(timeoutMs ?? defaultTimeoutMs, 'answer')
    const payload = { query: { watch: true, allowWatchBookmarks: true, ...selection, ...query } }
    answer = await exchange.open(call, payload, deadline)
    // Only the server's time counts: the limit rests while the caller works on an event.
    deadline.arm(silenceMs, 'event or bookmark')
    for await (const line of splitLines(answer, maxBytes)) {
      deadline.disarm()
      yield parseEvent(call, line)
      // Lines of the same chunk are still waiting; an abort must come before them.
      deadline.signal.throwIfAborted()
      deadline.arm(silenceMs, 'event or bookmark')
    }
  } catch (error) {
    throw explain(call, deadline.signal, error)
  } finally {
    deadline.dispose()
    answer?.destroy()
  }
}

function parseEvent<K>(call: Call, line: string): WatchEvent<K> {
  const event = JSON.parse(line) as WatchEvent<K> | { type: 'ERROR'; object: unknown } | null
  if (event?.type === 'ERROR') throw errorFromEvent(call, event.object)
  if (!event?.type || !event.object) throw call.error('KUBE_BAD_RESPONSE', 'a line of the watch is not a watch event.')
  return event
}
