/** The manifests of a service of several versions, as a person would write them. */

export interface VersionOptions {
  readonly replicas?: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly progressDeadlineSeconds?: number
}

export const deployment = (name: string, version: string, options: VersionOptions = {}) => {
  const { replicas = 1, annotations = {}, env = {}, progressDeadlineSeconds = 600 } = options
  const labels = { app: name, version }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-${version}`, annotations },
    spec: {
      replicas,
      progressDeadlineSeconds,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'app', image: 'x', env: Object.entries(env).map(([key, value]) => ({ name: key, value })) },
          ],
        },
      },
    },
  }
}

export const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
})

export const destinationRule = (name: string, production: string, canary: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name },
  spec: {
    host: name,
    subsets: [
      { name: 'production', labels: { version: production } },
      { name: 'canary', labels: { version: canary } },
    ],
  },
})

const destination = (host: string, subset: string, weight: number) => ({ destination: { host, subset }, weight })

export const virtualService = (name: string, canary: number) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name },
  spec: {
    hosts: [name],
    http: [{ route: [destination(name, 'production', 100 - canary), destination(name, 'canary', canary)] }],
  },
})

export const paths = {
  deployments: '/apis/apps/v1/namespaces/default/deployments',
  pods: '/api/v1/namespaces/default/pods',
  services: '/api/v1/namespaces/default/services',
  virtualServices: '/apis/networking.istio.io/v1/namespaces/default/virtualservices',
  destinationRules: '/apis/networking.istio.io/v1/namespaces/default/destinationrules',
} as const
