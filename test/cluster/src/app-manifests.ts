import type { KubeObject } from './api/objects.js'

export interface VersionOptions {
  /** Default 2. */
  replicas?: number
  /** Part of the requests answered with 500, 0..1. Default 0. */
  errorRate?: number
  /** Default 5. */
  latencyMs?: number
  /** Whether the readiness probe succeeds. Default true. */
  ready?: boolean
}

export interface AppSpec {
  namespace: string
  name: string
  host: string
  gatewayPort: number
  servicePort: number
  /** By `version` label. */
  versions: Record<string, VersionOptions>
  /** Labels of the two subsets. */
  production: string
  canary: string
  canaryWeight: number
}

const containerPort = 8080
const istio = 'networking.istio.io/v1'

/** The objects as a person would write them: Service, Deployments, and the three of Istio. */
export function appManifests(app: AppSpec): KubeObject[] {
  return [
    service(app),
    ...Object.entries(app.versions).map(([version, options]) => deployment(app, version, options)),
    destinationRule(app),
    gateway(app),
    virtualService(app),
  ]
}

export const deploymentName = ({ name }: Pick<AppSpec, 'name'>, version: string): string => `${name}-${version}`

export function deployment(
  app: Pick<AppSpec, 'namespace' | 'name'>,
  version: string,
  { replicas = 2, errorRate = 0, latencyMs = 5, ready = true }: VersionOptions,
) {
  const labels = { app: app.name, version }
  const env = { VERSION: version, ERROR_RATE: errorRate, LATENCY_MS: latencyMs, READY: ready }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: app.namespace, name: deploymentName(app, version), labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'birdwatch.test/pod-server',
              env: Object.entries(env).map(([name, value]) => ({ name, value: String(value) })),
              ports: [{ name: 'http', containerPort }],
              readinessProbe: { httpGet: { path: '/healthz', port: containerPort }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  }
}

function service({ namespace, name, servicePort }: AppSpec) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: servicePort, targetPort: 'http' }] },
  }
}

function destinationRule({ namespace, name, production, canary }: AppSpec) {
  const subset = (subsetName: string, version: string) => ({ name: subsetName, labels: { version } })
  return {
    apiVersion: istio,
    kind: 'DestinationRule',
    metadata: { namespace, name },
    spec: { host: name, subsets: [subset('production', production), subset('canary', canary)] },
  }
}

function gateway({ namespace, name, gatewayPort, host }: AppSpec) {
  const port = { number: gatewayPort, name: 'http', protocol: 'HTTP' }
  return {
    apiVersion: istio,
    kind: 'Gateway',
    metadata: { namespace, name },
    spec: { selector: { istio: 'ingressgateway' }, servers: [{ port, bind: '127.0.0.1', hosts: [host] }] },
  }
}

function virtualService({ namespace, name, host, canaryWeight }: AppSpec) {
  const destination = (subset: string, weight: number) => ({ destination: { host: name, subset }, weight })
  return {
    apiVersion: istio,
    kind: 'VirtualService',
    metadata: { namespace, name },
    spec: {
      hosts: [host, `${name}.${namespace}.svc.cluster.local`],
      gateways: [`${namespace}/${name}`, 'mesh'],
      http: [
        {
          name: 'primary',
          route: [destination('production', 100 - canaryWeight), destination('canary', canaryWeight)],
        },
      ],
    },
  }
}
