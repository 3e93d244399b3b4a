import { randomBytes } from 'node:crypto'
import type { Api } from './peer.js'

const keyed = (properties: object, required: string[]) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  maxItems: 10,
  items: { type: 'object', required, properties },
})

/** A custom resource that uses every part of a schema that the contract is about. */
export const kiteCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'kites.contract.birdwatch.test' },
  spec: {
    group: 'contract.birdwatch.test',
    scope: 'Namespaced',
    names: { kind: 'Kite', listKind: 'KiteList', plural: 'kites', singular: 'kite', shortNames: ['kt'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Color', type: 'string', jsonPath: '.spec.color' },
          { name: 'Height', type: 'integer', jsonPath: '.status.height', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['color'],
                properties: {
                  color: { type: 'string', enum: ['red', 'blue'] },
                  size: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
                  drag: { type: 'number', minimum: 0 },
                  maker: { type: 'string', minLength: 1, maxLength: 8, pattern: '^[a-z]+$' },
                  since: { type: 'string', format: 'date-time' },
                  tags: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
                  lines: keyed({ name: { type: 'string' }, length: { type: 'integer' } }, ['name']),
                  tail: { type: 'object', properties: { length: { type: 'integer', default: 1 } } },
                  notes: { type: 'object', additionalProperties: { type: 'string' } },
                },
                'x-kubernetes-validations': [
                  { rule: "self.color != 'red' || !has(self.size) || self.size <= 5", message: 'red kites are small' },
                  { rule: '!has(oldSelf.maker) || has(self.maker)', message: 'a kite keeps its maker' },
                ],
              },
              status: {
                type: 'object',
                properties: {
                  height: { type: 'integer' },
                  conditions: keyed({ name: { type: 'string' }, met: { type: 'boolean' } }, ['name']),
                  engine: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        },
      },
    ],
  },
}

const apiVersion = 'contract.birdwatch.test/v1'

export const kite = (name: string, spec: object = { color: 'blue' }, metadata: object = {}) => ({
  apiVersion,
  kind: 'Kite',
  metadata: { name, ...metadata },
  spec,
})

export const virtualService = (name: string, canary: number, metadata: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, ...metadata },
  spec: {
    hosts: [name],
    http: [{ route: [destination(name, 'production', 100 - canary), destination(name, 'canary', canary)] }],
  },
})

const destination = (host: string, subset: string, weight: number) => ({ destination: { host, subset }, weight })

export const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'x', env: [{ name: 'A', value: '1' }] }] },
    },
  },
})

/** A namespace of a test's own, and the paths in it. */
export class Space {
  private constructor(readonly namespace: string) {}

  static async create(api: Api): Promise<Space> {
    const name = `contract-${randomBytes(4).toString('hex')}`
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    return new Space(name)
  }

  kites(name = ''): string {
    return this.path(apiVersion, 'kites', name)
  }

  virtualServices(name = ''): string {
    return this.path('networking.istio.io/v1', 'virtualservices', name)
  }

  deployments(name = ''): string {
    return this.path('apps/v1', 'deployments', name)
  }

  /** The path of a collection, or of an object in it; of the core group for a version without a slash. */
  path(version: string, plural: string, name = ''): string {
    const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`
    return `${root}/namespaces/${this.namespace}/${plural}${name && `/${name}`}`
  }
}

/** Asks until the answer is as wanted; the test's own time limit ends it. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
