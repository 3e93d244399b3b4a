import { anything, type Schema } from '../schema/schema.js'

const keyed = (items: Schema, ...keys: string[]): Schema => ({
  type: 'array',
  items,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
})

const port: Schema = {
  ...anything,
  required: ['containerPort'],
  properties: { containerPort: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } },
}

const container: Schema = {
  ...anything,
  required: ['name'],
  properties: {
    name: { type: 'string' },
    image: { type: 'string' },
    env: keyed(
      { ...anything, required: ['name'], properties: { name: { type: 'string' }, value: { type: 'string' } } },
      'name',
    ),
    ports: { ...keyed(port, 'containerPort', 'protocol'), 'x-kubernetes-patch-merge-key': 'containerPort' },
    volumeMounts: keyed(anything, 'mountPath'),
  },
}

/** What is checked of the spec of a pod, and how its lists are merged; the rest is kept as it is. */
export const podSpecSchema: Schema = {
  ...anything,
  required: ['containers'],
  properties: {
    containers: { ...keyed(container, 'name'), minItems: 1 },
    initContainers: keyed(container, 'name'),
    volumes: keyed(anything, 'name'),
    nodeName: { type: 'string' },
  },
}

/** The conditions of a status. */
export const conditionsSchema: Schema = keyed(
  { ...anything, required: ['type', 'status'], properties: { type: { type: 'string' }, status: { type: 'string' } } },
  'type',
)

/** The ports of a Service. */
export const servicePortsSchema: Schema = {
  ...keyed(
    {
      ...anything,
      required: ['port'],
      properties: {
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        protocol: { type: 'string', default: 'TCP' },
      },
    },
    'port',
    'protocol',
  ),
  'x-kubernetes-patch-merge-key': 'port',
}
