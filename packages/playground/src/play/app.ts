/** The sample: a service of several versions, as a person would write it in YAML. */

export interface SampleOptions {
  /** Seconds between two checks. */
  readonly interval: number
  /** Percent that each passed check adds. */
  readonly increment: number
  /** Seconds that a change of traffic is given to take effect. */
  readonly propagation: number
}

export const app = 'aleph'

const istio = 'networking.istio.io/v1'

/** Pods of each version. */
const replicas = 2

export const deploymentName = (version: string): string => `${app}-${version}`

export function deployment(version: string): object {
  const labels = { app, version }
  const container = {
    name: 'app',
    image: `playground/${app}:${version}`,
    ports: [{ name: 'http', containerPort: 8080 }],
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: deploymentName(version), labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  }
}

export const service: object = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: app },
  spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
}

/** Both subsets begin as production: the rollout labels the canary. */
export function destinationRule(version: string): object {
  const subsets = ['production', 'canary'].map(name => ({ name, labels: { version } }))
  return { apiVersion: istio, kind: 'DestinationRule', metadata: { name: app }, spec: { host: app, subsets } }
}

export const virtualService: object = {
  apiVersion: istio,
  kind: 'VirtualService',
  metadata: { name: app },
  spec: {
    hosts: [app],
    http: [
      {
        name: 'primary',
        route: [
          { destination: { host: app, subset: 'production' }, weight: 100 },
          { destination: { host: app, subset: 'canary' }, weight: 0 },
        ],
      },
    ],
  },
}

/** The rollout of a version: it must not fail more often than 1 in 20, nor be 100 ms slower than production was. */
export function rolloutSpec(
  canary: string,
  production: string,
  { interval, increment, propagation }: SampleOptions,
): object {
  return {
    service: app,
    canary_version: canary,
    increment,
    interval,
    propagation,
    if_unhealthy: 'rollback',
    metrics: [
      {
        name: 'error-rate',
        metric: `(sum(${rate(canary, 'response_code=~"5.."', interval)}) or vector(0)) / sum(${rate(canary, '', interval)})`,
        deviation: 0.05,
        direction: 'increase',
        no_data: 'zero',
      },
      {
        name: 'latency-p90',
        metric: latency(canary, interval),
        baseline_metric: latency(production, interval),
        deviation: 100,
        direction: 'increase',
        no_data: 'hold',
      },
    ],
  }
}

export const birdWatch = (spec: object): object => ({
  apiVersion: 'otomato.link/v1alpha1',
  kind: 'BirdWatch',
  metadata: { name: app },
  spec,
})

const of = (version: string, more: string): string =>
  [`destination_service_name="${app}"`, `destination_version="${version}"`, more].filter(Boolean).join(',')

const rate = (version: string, more: string, seconds: number): string =>
  `rate(istio_requests_total{${of(version, more)}}[${seconds}s])`

const latency = (version: string, seconds: number): string =>
  `histogram_quantile(0.9, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${of(version, '')}}[${seconds}s])))`

const namespaced = (root: string, plural: string): string => `${root}/namespaces/default/${plural}`

/** Where the sample's objects are. */
export const paths = {
  deployments: namespaced('/apis/apps/v1', 'deployments'),
  services: namespaced('/api/v1', 'services'),
  destinationRules: namespaced('/apis/networking.istio.io/v1', 'destinationrules'),
  virtualServices: namespaced('/apis/networking.istio.io/v1', 'virtualservices'),
  birdWatches: namespaced('/apis/otomato.link/v1alpha1', 'birdwatches'),
} as const
