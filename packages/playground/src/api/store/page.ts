import { type ApiError, apiError, badRequest, expired, invalidOptions } from '../errors.js'
import type { KubeObject } from '../object.js'
import { fieldSelector } from '../select/fields.js'
import { labelSelector } from '../select/labels.js'
import type { Target } from '../target.js'
import { shown } from '../write/draft.js'
import type { Store } from './store.js'

/** Whether an object, as the resource shows it, is among those asked for. */
export type Selection = (object: KubeObject) => boolean

/** One page of a list. */
export interface Page {
  readonly items: readonly KubeObject[]
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
}

/** The objects that the path and the selectors of a request ask for. */
export function selectionOf({ resource, namespace, name }: Target, query: URLSearchParams): Selection {
  const labels = labelSelector(query.get('labelSelector') ?? '')
  const fields = fieldSelector(query.get('fieldSelector') ?? '', resource)
  return object =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    labels(object.metadata.labels) &&
    fields(object)
}

/** Reads a resourceVersion; undefined for none, and for 0, which is any. */
export function versionOf(text: string | null): number | undefined {
  if (text === null || text === '' || text === '0') return undefined
  if (!/^\d+$/.test(text)) throw badRequest(`invalid resource version: resourceVersion: Invalid value: "${text}"`)
  return Number(text)
}

/** Where a list goes on: all its pages show the same moment. */
interface Token {
  readonly version: number
  readonly after: string
}

const encode = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url')

function decode(text: string): Token {
  try {
    const { version, after } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Token>
    if (typeof version === 'number' && typeof after === 'string') return { version, after }
  } catch {
    // Not JSON: as bad as JSON without these two.
  }
  throw badRequest('invalid continue token: continue key is not valid')
}

/** Lists a collection, or a page of it. */
export function listPage(store: Store, target: Target, query: URLSearchParams): Page {
  const limit = limitOf(query)
  const token = query.get('continue') ? decode(query.get('continue') ?? '') : undefined
  const version = token?.version ?? momentOf(store, query, limit)
  const selected = selectionOf(target, query)
  const found = entriesAt(store, target, version, token !== undefined)
    .filter(([key]) => token === undefined || key > token.after)
    .map(([key, object]) => [key, shown(target, object)] as const)
    .filter(([, object]) => selected(object))
  const page = limit > 0 ? found.slice(0, limit) : found
  const [last] = page.at(-1) ?? []
  const rest = found.length - page.length
  const isFiltered = query.get('labelSelector') || query.get('fieldSelector')
  const more = rest > 0 && last !== undefined ? { continue: encode({ version, after: last }) } : {}
  const remaining = rest > 0 && !isFiltered ? { remainingItemCount: rest } : {}
  return { items: page.map(([, object]) => object), metadata: { resourceVersion: `${version}`, ...more, ...remaining } }
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') || '0'
  if (!/^\d+$/.test(text)) throw badRequest(`limit: Invalid value: "${text}": expected a number`)
  return Number(text)
}

function entriesAt(store: Store, { resource }: Target, version: number, isContinued: boolean): [string, KubeObject][] {
  try {
    return store.list(resource.storage, version)
  } catch (error) {
    if (!isContinued) throw error
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    )
  }
}

/** The version that a list shows: the newest, unless a moment is asked for exactly. */
function momentOf(store: Store, query: URLSearchParams, limit: number): number {
  const match = query.get('resourceVersionMatch')
  if (query.get('sendInitialEvents')) throw forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  if (match && !query.get('resourceVersion'))
    throw forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
  const version = versionOf(query.get('resourceVersion'))
  if (version === undefined) return store.version
  if (version > store.version) throw tooLarge(version, store.version)
  return match === 'Exact' || (!match && limit > 0) ? version : store.version
}

export const forbidden = (field: string, why: string): ApiError =>
  invalidOptions('ListOptions', { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field })

const tooLarge = (asked: number, current: number) =>
  apiError('Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
