import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { type Logger, levelOf, type Notice, render } from '@birdwatch/core'
import { type Client, isKubeError, resourcePath } from '@birdwatch/kube'
import type { BirdWatch } from './resource/birdwatch.js'
import { apiVersion, group, kind } from './resource/names.js'
import { camelCase, clipped, isoTime } from './status/text.js'

export interface EventsOptions {
  readonly client: Pick<Client, 'create'>
  readonly logger: Logger
  /** How many may wait; beyond it the oldest is dropped (default 200). */
  readonly capacity?: number
  /** Told of every event that was not written. */
  readonly dropped?: () => void
}

/** Kubernetes takes a message of at most 1024 bytes: as many characters may be longer. */
const longestMessage = 1000

/**
 * Kubernetes Events, one per notice, with the notice's reason: a weight step makes one. They are for people who look:
 * nothing waits for them, they are written one after the other, and are dropped when they pile up or are refused.
 */
export class Events {
  readonly #options: EventsOptions
  readonly #waiting: { path: string; event: object }[] = []
  #writing: Promise<void> | undefined

  constructor(options: EventsOptions) {
    this.#options = options
  }

  /** Writes the event of a notice beside everything else. */
  tell(resource: BirdWatch['metadata'], notice: Notice): void {
    const { capacity = 200, dropped } = this.#options
    const { namespace } = resource
    const path = resourcePath({ group: '', version: 'v1', plural: 'events', namespace })
    this.#waiting.push({ path, event: eventOf(resource, notice) })
    if (this.#waiting.length > capacity) {
      this.#waiting.shift()
      dropped?.()
    }
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  /** Resolves when everything told so far was written or dropped. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    const { client, logger, dropped } = this.#options
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await client.create(next.path, next.event, { timeoutMs: 5000 })
      } catch (error) {
        // The notice had its event already: an earlier answer was lost, or an earlier process told it.
        if (isKubeError(error, 'KUBE_ALREADY_EXISTS')) continue
        dropped?.()
        logger.warn('event not written', { error: (error as Error).message })
      }
    }
  }
}

/**
 * In the core group, not in `events.k8s.io`: only there an event can carry `lastTimestamp`, and `kubectl describe` knows no
 * other order.
 */
function eventOf({ namespace, name, uid, resourceVersion }: BirdWatch['metadata'], { id, reason, snapshot }: Notice) {
  const hash = createHash('sha256').update(`${uid}/${id}`).digest('hex').slice(0, 16)
  const at = isoTime(snapshot.at)
  const second = at.replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name: `${name.slice(0, 200)}.${hash}` },
    eventTime: at.replace('Z', '000Z'),
    firstTimestamp: second,
    lastTimestamp: second,
    count: 1,
    reportingComponent: `${group}/controller`,
    reportingInstance: clipped(hostname(), 128),
    action: snapshot.phase,
    type: levelOf(reason) === 'alert' ? 'Warning' : 'Normal',
    reason: camelCase(reason.code),
    message: clippedBytes(render(reason), longestMessage),
    involvedObject: { apiVersion, kind, namespace, name, uid, resourceVersion },
  }
}

/** A text cut to a number of bytes, at the end of a character. */
function clippedBytes(text: string, max: number): string {
  const bytes = Buffer.from(text)
  return bytes.length <= max ? text : `${new TextDecoder().decode(bytes.subarray(0, max)).replace(/\uFFFD+$/, '')}…`
}
