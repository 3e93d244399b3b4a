import type { Answer, Outgoing, Transport } from '@birdwatch/kube'
import { isWatch } from '@birdwatch/playground'
import type { ProcessTime } from '../time/process-time.js'
import type { Timeline } from '../time/timeline.js'
import type { Cluster } from './cluster.js'
import type { Requests } from './requests.js'
import { Stream } from './stream.js'
import type { RequestFault, Weather } from './weather.js'

export interface NetworkParts {
  readonly cluster: Cluster
  readonly timeline: Timeline
  readonly weather: Weather
  readonly requests: Requests
  readonly log: (who: string, what: string, result?: string) => void
}

/** Told of every request of a process before it is sent. */
export type RequestObserver = (process: string, what: string) => void

/** Between the processes and the API server: requests take their time, and go wrong. */
export class Network {
  readonly #parts: NetworkParts
  readonly #observe: RequestObserver
  readonly #watches = new Set<Stream>()

  constructor(parts: NetworkParts, observe: RequestObserver) {
    this.#parts = parts
    this.#observe = observe
  }

  /** Breaks every watch; what was on its way is lost. */
  cutWatches(): void {
    for (const stream of this.#watches) stream.fail(reset())
  }

  /** The transport of one process. */
  transport(name: string, time: ProcessTime): Transport {
    return (call, outgoing, _access, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const { weather } = this.#parts
        const what = `${call.verb} ${resourceIn(outgoing.url.pathname)}`
        this.#observe(name, what)
        const sent = this.#parts.requests.sends(what)
        if (sent.never) return
        // Whatever is heard reaches the process only while it runs.
        const hear = (act: () => void) => void time.after(weather.latency(), act)
        const fail = (error: Error) => {
          this.#parts.log(name, what, (error as NodeJS.ErrnoException).code)
          hear(() => reject(error))
        }
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        const fault = weather.apiDown.now ? undefined : weather.takeFor(what)
        if (weather.apiDown.now || fault?.fault === 'refused') return fail(broken('ECONNREFUSED'))
        call.sent = true
        if (fault?.fault === 'hangs') return this.#parts.log(name, what, 'is never answered')
        const delay = fault?.fault === 'late' ? fault.ms : weather.latency()
        const arrive = () => {
          if (weather.apiDown.now || fault?.fault === 'reset before') return fail(reset())
          // Nobody waits for the answer any more; what changes something is carried out all the same.
          if (call.reads && signal.aborted) return
          const answer = this.#answer(name, time, outgoing, fault, signal)
          sent.tookEffect()
          this.#parts.log(
            name,
            what,
            answer instanceof Error ? 'reset after it took effect' : String(answer.statusCode),
          )
          if (answer instanceof Error) return fail(answer)
          const wait = fault?.fault === 'slow answer' ? fault.ms : weather.latency()
          time.after(wait, () => {
            call.status = answer.statusCode
            resolve(answer)
          })
        }
        this.#parts.timeline.setTimer(delay, arrive)
      })
  }

  #answer(
    name: string,
    time: ProcessTime,
    outgoing: Outgoing,
    fault: RequestFault | undefined,
    signal: AbortSignal,
  ): Answer | Error {
    const refused = refusalOf(fault)
    if (refused !== undefined) return refused
    const { cluster } = this.#parts
    const { method, url, headers, body } = outgoing
    const answer = cluster.handle(name, { method, url: url.pathname + url.search, headers, body })
    if (isWatch(answer)) return this.#stream(time, answer.watch, signal)
    if (fault?.fault === 'reset after') return reset()
    if (fault?.fault === '503 after') return statusAnswer(503, {})
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    const shown = fault?.fault === 'truncated' ? text.slice(0, text.length / 2) : text
    return { statusCode: answer.status, headers: answer.headers, ...bodyOf(shown) }
  }

  #stream(time: ProcessTime, open: (sink: WatchSink) => () => void, signal: AbortSignal): Answer {
    const { weather, timeline } = this.#parts
    let lastAt = 0
    const stream = new Stream(() => {
      this.#watches.delete(stream)
      close()
    })
    this.#watches.add(stream)
    signal.addEventListener('abort', () => stream.fail(signal.reason as Error), { once: true })
    // One after the other, also what arrives at the same moment.
    const line: (() => void)[] = []
    const deliver = (act: () => void) => {
      line.push(act)
      lastAt = Math.max(lastAt, timeline.now + weather.latency() + (weather.stale.now ?? 0))
      time.after(lastAt - timeline.now, () => line.shift()?.())
    }
    const close = open({
      event(event) {
        if (event.type === 'MODIFIED' && weather.takeLoss((event.object as { kind?: string }).kind ?? '')) return
        const text = Buffer.from(`${JSON.stringify(event)}\n`)
        deliver(() => stream.push(text))
        if (event.type === 'MODIFIED' && weather.takeRepeat()) deliver(() => stream.push(text))
      },
      end: () => deliver(() => stream.end()),
    })
    return stream
  }
}

interface WatchSink {
  event(event: { type: string; object: object }): void
  end(): void
}

function refusalOf(fault: RequestFault | undefined): Answer | undefined {
  const status = Number(fault?.fault)
  if (fault === undefined || Number.isNaN(status)) return undefined
  return statusAnswer(status, status === 429 ? { 'retry-after': '1' } : {})
}

function statusAnswer(code: number, headers: Record<string, string>): Answer {
  const reason = ({ 403: 'Forbidden', 409: 'Conflict', 410: 'Expired', 422: 'Invalid' } as Record<number, string>)[code]
  const body = JSON.stringify({
    kind: 'Status',
    status: 'Failure',
    code,
    reason,
    message: code === 403 ? 'simulated: cannot patch resource' : 'a simulated fault',
  })
  return { statusCode: code, headers, ...bodyOf(body) }
}

const bodyOf = (text: string) => ({
  destroy() {},
  async *[Symbol.asyncIterator]() {
    yield Buffer.from(text)
  },
})

const broken = (code: string) => Object.assign(new Error(`simulated: ${code}`), { code })
const reset = () => broken('ECONNRESET')

/** `virtualservices`, or `birdwatches/status`. */
function resourceIn(path: string): string {
  const parts = path.split('/').slice(1)
  const group = parts[0] === 'api' ? 2 : 3
  const [plural = '', , subresource] = parts.slice(parts[group] === 'namespaces' ? group + 2 : group)
  return subresource === undefined ? plural : `${plural}/${subresource}`
}
