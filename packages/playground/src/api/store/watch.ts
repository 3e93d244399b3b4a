import type { Clock } from '@birdwatch/core'
import { ApiError, badRequest } from '../errors.js'
import type { KubeObject } from '../object.js'
import type { WatchEventType, WatchSink } from '../request.js'
import { apiVersionOf } from '../resources/resource.js'
import type { Target } from '../target.js'
import { shown } from '../write/draft.js'
import { forbidden, type Selection, selectionOf, versionOf } from './page.js'
import type { Change, Store } from './store.js'

/** How events are shown to who asked. */
export type Render = (object: KubeObject) => object

const bookmarkEveryMs = 60_000
/** A watch that was given a time gets a last bookmark this long before it ends. */
const lastBookmarkMs = 2_000
const defaultTimeoutSeconds = 1_800

interface Watched {
  readonly store: Store
  readonly target: Target
  readonly selection: Selection
  readonly clock: Clock
  readonly render: Render
}

/**
 * Prepares a watch; throws for parameters that are refused. What is opened tells first of what is there, or of what has
 * changed since the version that was given, then of every change, until its time is over or it is closed.
 */
export function prepareWatch(
  store: Store,
  target: Target,
  query: URLSearchParams,
  clock: Clock,
  render: Render,
): (sink: WatchSink) => () => void {
  const watched = { store, target, selection: selectionOf(target, query), clock, render }
  const wantsInitial = initialEvents(query)
  const from = versionOf(query.get('resourceVersion'))
  const timeoutMs = 1000 * secondsOf(query)
  const bookmarks = flag(query, 'allowWatchBookmarks')
  return sink => {
    const watch = new Watch(watched, sink)
    watch.begin(wantsInitial ? undefined : from, wantsInitial && bookmarks)
    watch.keepTime(timeoutMs, bookmarks)
    return () => watch.close()
  }
}

const flag = (query: URLSearchParams, name: string): boolean => ['true', '1'].includes(query.get(name) ?? '')

function secondsOf(query: URLSearchParams): number {
  const text = query.get('timeoutSeconds') || `${defaultTimeoutSeconds}`
  if (!/^\d+$/.test(text)) throw badRequest(`timeoutSeconds: Invalid value: "${text}": expected a number`)
  return Number(text) || defaultTimeoutSeconds
}

function initialEvents(query: URLSearchParams): boolean {
  const match = query.get('resourceVersionMatch')
  if (!query.get('sendInitialEvents')) {
    if (match)
      throw forbidden(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      )
    return false
  }
  if (match !== 'NotOlderThan')
    throw forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  return flag(query, 'sendInitialEvents')
}

class Watch {
  readonly #watched: Watched
  readonly #sink: WatchSink
  readonly #closed = new AbortController()
  #unsubscribe: (() => void) | undefined

  constructor(watched: Watched, sink: WatchSink) {
    this.#watched = watched
    this.#sink = sink
  }

  /** Tells of what is there, or of what has changed since `from`, and then of what changes. */
  begin(from: number | undefined, markEnd: boolean): void {
    const { store, target, selection } = this.#watched
    const { storage } = target.resource
    if (from === undefined) {
      for (const [, object] of store.list(storage)) if (selection(shown(target, object))) this.#send('ADDED', object)
      if (markEnd) this.#bookmark({ 'k8s.io/initial-events-end': 'true' })
    } else if (!this.#catchUp(from)) return
    this.#unsubscribe = store.subscribe(storage, change => {
      if (change.version > (from ?? 0)) this.#tell(change)
    })
  }

  /** Tells of what has changed since a version; false when that is forgotten: then the watch is over. */
  #catchUp(from: number): boolean {
    const { store, target } = this.#watched
    try {
      for (const change of store.since(target.resource.storage, from)) this.#tell(change)
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.#sink.event({ type: 'ERROR', object: error.status })
      this.#end()
      return false
    }
  }

  /** Sends bookmarks from time to time, and ends when the time is over. */
  keepTime(timeoutMs: number, bookmarks: boolean): void {
    this.#after(timeoutMs, () => this.#end())
    if (!bookmarks) return
    const next = () => {
      this.#bookmark()
      this.#after(bookmarkEveryMs, next)
    }
    this.#after(bookmarkEveryMs, next)
    if (timeoutMs > lastBookmarkMs) this.#after(timeoutMs - lastBookmarkMs, () => this.#bookmark())
  }

  close(): void {
    this.#unsubscribe?.()
    this.#closed.abort()
  }

  #end(): void {
    if (this.#closed.signal.aborted) return
    this.close()
    this.#sink.end()
  }

  #after(ms: number, action: () => void): void {
    const { signal } = this.#closed
    this.#watched.clock.sleep(ms, signal).then(
      () => signal.aborted || action(),
      () => {},
    )
  }

  /** An object that begins or ceases to be selected is added or deleted for who watches. */
  #tell({ version, object, previous }: Change): void {
    const isSelected = (candidate: KubeObject | undefined): candidate is KubeObject =>
      candidate !== undefined && this.#watched.selection(shown(this.#watched.target, candidate))
    const was = isSelected(previous)
    if (isSelected(object)) this.#send(was ? 'MODIFIED' : 'ADDED', object)
    else if (was)
      this.#send('DELETED', { ...previous, metadata: { ...previous.metadata, resourceVersion: `${version}` } })
  }

  #send(type: WatchEventType, object: KubeObject): void {
    const { target, render } = this.#watched
    this.#sink.event({ type, object: render(shown(target, object)) })
  }

  #bookmark(annotations?: Record<string, string>): void {
    const { resource, version } = this.#watched.target
    const metadata = { resourceVersion: `${this.#watched.store.version}`, ...(annotations && { annotations }) }
    const object = { apiVersion: apiVersionOf(resource, version), kind: resource.kind, metadata }
    this.#sink.event({ type: 'BOOKMARK', object })
  }
}
