import type { ServerResponse } from 'node:http'
import type { PlaygroundSource } from '../playground.js'
import type { Frames, Subject } from './frames.js'

export interface StreamLimits {
  /** Changes of this long go out together, milliseconds. */
  readonly gatherMs: number
  /** A sign of life after this long, milliseconds. */
  readonly beatMs: number
  /** A reader that has not taken what was written within this time is let go, milliseconds. */
  readonly stallMs: number
  readonly readers: number
}

interface Reader {
  readonly response: ServerResponse
  readonly subject: Subject
  /** The last change that was written; undefined: nothing yet. */
  cursor: number | undefined
  /** The last state of the playground that was written. */
  extras: number
  /** Since when what was written is not taken, epoch milliseconds. */
  blockedSince?: number | undefined
}

/**
 * Everybody who follows by server-sent events. A reader that is slow is left alone until it has taken what it was sent,
 * and is then brought from there to the present in one step: it costs at most one frame of memory, and holds up nobody.
 */
export class Streams {
  readonly #frames: Frames
  readonly #seq: () => number
  readonly #limits: StreamLimits
  readonly #playground: PlaygroundSource | undefined
  readonly #readers = new Set<Reader>()
  readonly #beats: NodeJS.Timeout
  #gathering: NodeJS.Timeout | undefined
  #extras = 1

  constructor(options: {
    frames: Frames
    /** The number of the last change. */
    seq: () => number
    limits: StreamLimits
    playground?: PlaygroundSource | undefined
  }) {
    this.#frames = options.frames
    this.#seq = options.seq
    this.#limits = options.limits
    this.#playground = options.playground
    this.#beats = setInterval(() => this.#beat(), this.#limits.beatMs).unref()
  }

  get full(): boolean {
    return this.#readers.size >= this.#limits.readers
  }

  /** Begins to write; the response belongs to the stream from now on. */
  open(response: ServerResponse, subject: Subject, lastId: string | undefined): void {
    const reader: Reader = { response, subject, cursor: this.#frames.cursorOf(lastId), extras: 0 }
    this.#readers.add(reader)
    response.on('close', () => this.#readers.delete(reader))
    response.on('drain', () => {
      reader.blockedSince = undefined
      this.#update(reader)
    })
    // An answer that says something at once tells the browser that the stream is open.
    this.#write(reader, this.#frames.beat())
    this.#update(reader)
  }

  /** There is something new to see. */
  changed(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      const cache = new Map<string, string>()
      for (const reader of this.#readers) this.#update(reader, cache)
    }, this.#limits.gatherMs).unref()
  }

  /** The playground has something new to tell. */
  extrasChanged(): void {
    this.#extras++
    this.changed()
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.#beats)
    clearTimeout(this.#gathering)
    for (const { response } of this.#readers) response.end()
  }

  /** @param cache readers who have seen the same are sent the same, made once */
  #update(reader: Reader, cache = new Map<string, string>()): void {
    if (reader.blockedSince !== undefined) return
    const { subject, cursor } = reader
    const seen = `${subject ?? ''} ${cursor}`
    const news = cache.get(seen) ?? this.#frames.from(subject, cursor)
    cache.set(seen, news)
    reader.cursor = this.#seq()
    this.#write(reader, news + this.#extrasFor(reader))
  }

  #extrasFor(reader: Reader): string {
    if (this.#playground === undefined || reader.extras === this.#extras) return ''
    reader.extras = this.#extras
    return this.#frames.playground(this.#playground.state())
  }

  #write(reader: Reader, text: string): void {
    if (text !== '' && !reader.response.write(text)) reader.blockedSince ??= Date.now()
  }

  #beat(): void {
    const overdue = Date.now() - this.#limits.stallMs
    for (const reader of this.#readers) {
      if (reader.blockedSince === undefined) this.#write(reader, this.#frames.beat())
      else if (reader.blockedSince < overdue) reader.response.destroy()
    }
  }
}
