import { dig, isObject } from '../../json.js'
import type { Draft, KubeObject } from '../object.js'
import { anything, type Schema } from '../schema/schema.js'
import { ageColumn, column, nameColumn } from './columns.js'
import { objectSchema } from './metadata.js'
import { conditionsSchema, podSpecSchema, servicePortsSchema } from './pod-schema.js'
import { type Resource, resource } from './resource.js'

const text: Schema = { type: 'string' }
const texts: Schema = { type: 'object', additionalProperties: text }

const textAt = (object: KubeObject, ...path: string[]): string => String(dig(object, ...path) ?? '')

/** A new namespace is active at once. */
const active = (draft: Draft): Draft => ({
  ...draft,
  status: isObject(draft.status) ? draft.status : { phase: 'Active' },
})

export const namespaces: Resource = resource({
  group: '',
  versions: ['v1'],
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status'],
  schema: objectSchema({ spec: anything, status: anything }),
  complete: active,
  columns: [nameColumn, column('Status', o => textAt(o, 'status', 'phase')), ageColumn],
})

interface ContainerStatus {
  readonly ready: boolean
  readonly restartCount: number
}

const containersOf = (pod: KubeObject): readonly ContainerStatus[] =>
  (dig(pod, 'status', 'containerStatuses') ?? []) as ContainerStatus[]

function podReady(pod: KubeObject): string {
  const wanted = dig(pod, 'spec', 'containers')
  const ready = containersOf(pod).filter(({ ready }) => ready).length
  return `${ready}/${Array.isArray(wanted) ? wanted.length : 0}`
}

const podStatus = (pod: KubeObject): string =>
  pod.metadata.deletionTimestamp === undefined ? textAt(pod, 'status', 'phase') || 'Pending' : 'Terminating'

export const pods: Resource = resource({
  group: '',
  versions: ['v1'],
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['status'],
  selectable: ['spec.nodeName', 'status.phase'],
  schema: objectSchema({ spec: podSpecSchema, status: { ...anything, properties: { conditions: conditionsSchema } } }, [
    'spec',
  ]),
  columns: [
    nameColumn,
    column('Ready', podReady),
    column('Status', podStatus),
    column('Restarts', pod => containersOf(pod).reduce((sum, { restartCount }) => sum + restartCount, 0), 'integer'),
    ageColumn,
  ],
})

function servicePorts(service: KubeObject): string {
  const ports = (dig(service, 'spec', 'ports') ?? []) as { port: number; protocol?: string }[]
  return ports.map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`).join(',') || '<none>'
}

export const services: Resource = resource({
  group: '',
  versions: ['v1'],
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
  schema: objectSchema(
    {
      spec: {
        ...anything,
        properties: {
          type: { type: 'string', default: 'ClusterIP' },
          selector: { ...texts, 'x-kubernetes-map-type': 'atomic' },
          ports: servicePortsSchema,
        },
      },
      status: anything,
    },
    ['spec'],
  ),
  columns: [
    nameColumn,
    column('Type', o => textAt(o, 'spec', 'type')),
    column('Cluster-IP', o => textAt(o, 'spec', 'clusterIP') || '<none>'),
    column('External-IP', () => '<none>'),
    column('Port(s)', servicePorts),
    ageColumn,
  ],
})

export const configMaps: Resource = resource({
  group: '',
  versions: ['v1'],
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  schema: objectSchema({ data: texts, binaryData: texts, immutable: { type: 'boolean' } }),
  columns: [nameColumn, column('Data', o => Object.keys((o.data ?? {}) as object).length, 'integer'), ageColumn],
})

export const leases: Resource = resource({
  group: 'coordination.k8s.io',
  versions: ['v1'],
  kind: 'Lease',
  plural: 'leases',
  createdByUpdate: true,
  schema: objectSchema({
    spec: {
      ...anything,
      properties: {
        holderIdentity: text,
        leaseDurationSeconds: { type: 'integer', minimum: 1 },
        leaseTransitions: { type: 'integer', minimum: 0 },
        acquireTime: { type: 'string', format: 'date-time' },
        renewTime: { type: 'string', format: 'date-time' },
      },
    },
  }),
  columns: [nameColumn, column('Holder', o => textAt(o, 'spec', 'holderIdentity')), ageColumn],
})
