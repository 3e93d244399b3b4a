import { defined, dig, isObject } from '../../json.js'
import type { Draft, KubeObject } from '../object.js'
import { anything, type Schema } from '../schema/schema.js'
import { age } from './age.js'
import { type Column, column } from './columns.js'
import { objectSchema } from './metadata.js'
import { type Resource, resource } from './resource.js'

const text: Schema = { type: 'string' }
const atomic: Schema = { ...anything, 'x-kubernetes-map-type': 'atomic' }

/** The fields that have another name in `events.k8s.io`: first that, then the one of the core group, which is stored. */
const renamed: readonly (readonly [string, string])[] = [
  ['note', 'message'],
  ['regarding', 'involvedObject'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
]

function rename<T extends object>(object: T, pairs: readonly (readonly [string, string])[]): T {
  const names = new Map(pairs)
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value])) as T
}

const lastSeen = (event: KubeObject): unknown =>
  dig(event, 'series', 'lastObservedTime') ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp

const about = (event: KubeObject): string => {
  const { kind = '', name = '' } = (isObject(event.involvedObject) ? event.involvedObject : {}) as Record<
    string,
    string
  >
  return `${kind.toLowerCase()}/${name}`
}

const columns: readonly Column[] = [
  column('Last Seen', (event, now) => age(lastSeen(event), now)),
  column('Type', event => event.type ?? ''),
  column('Reason', event => event.reason ?? ''),
  column('Object', about),
  column('Message', event => event.message ?? ''),
  column('Name', event => event.metadata.name, 'string', 1),
]

const object = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

const common = {
  versions: ['v1'] as const,
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  storage: 'events',
  columns,
  schema: objectSchema({
    involvedObject: atomic,
    related: atomic,
    source: atomic,
    series: anything,
    reason: text,
    message: text,
    type: text,
    action: text,
    count: { type: 'integer' },
    eventTime: text,
    firstTimestamp: text,
    lastTimestamp: text,
    reportingComponent: text,
    reportingInstance: text,
  }),
}

export const events: Resource = resource({
  group: '',
  ...common,
  selectable: [...object.map(field => `involvedObject.${field}`), 'reason', 'type', 'reportingComponent', 'source'],
})

/** The same Events as those of the core group, under their newer names. */
export const newEvents: Resource = resource({
  group: 'events.k8s.io',
  ...common,
  selectable: [...object.map(field => `regarding.${field}`), 'reason', 'type', 'reportingController'],
  convert: {
    toStored: (draft: Draft) => rename(draft, renamed),
    fromStored: (stored: KubeObject) =>
      defined(
        rename(
          stored,
          renamed.map(([newer, core]) => [core, newer] as const),
        ),
      ),
  },
})
