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

/** A rate needs two samples. These seconds have them even on a machine that is too busy to take one every second. */
const shortestRange = 5

/** With fewer requests a check says nothing: the first ones to a new process are slow. */
const fewest = 10

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

/**
 * The rollout of a version: it must not fail in more than 5 % of its requests, nor be 200 ms slower than production is
 * at the same time. Both run on one machine: what slows it down slows them down alike. So that there is something to
 * compare with, production keeps a tenth of the traffic until the promotion.
 */
export function rolloutSpec(
  canary: string,
  production: string,
  { interval, increment, propagation }: SampleOptions,
): object {
  const seconds = Math.max(interval, shortestRange)
  return {
    service: app,
    canary_version: canary,
    increment,
    interval,
    propagation,
    traffic_limit: 90,
    at_limit: 'promote',
    if_unhealthy: 'rollback',
    traffic: { metric: `sum(${requests('increase', canary, '', seconds)})`, at_least: fewest },
    metrics: [
      {
        name: 'error-rate',
        metric: `(sum(${requests('rate', canary, 'response_code=~"5.."', seconds)}) or vector(0)) / sum(${requests('rate', canary, '', seconds)})`,
        deviation: 0.05,
        direction: 'increase',
        no_data: 'zero',
      },
      {
        name: 'median-latency',
        metric: medianLatency(canary, seconds),
        baseline_metric: medianLatency(production, seconds),
        baseline: 'each_check',
        deviation: 200,
        direction: 'increase',
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

const requests = (how: 'rate' | 'increase', version: string, more: string, seconds: number): string =>
  `${how}(istio_requests_total{${of(version, more)}}[${seconds}s])`

const medianLatency = (version: string, seconds: number): string =>
  `histogram_quantile(0.5, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${of(version, '')}}[${seconds}s])))`

const namespaced = (root: string, plural: string): string => `${root}/namespaces/default/${plural}`

/** Where the sample's objects are. */
export const paths = {
  deployments: namespaced('/apis/apps/v1', 'deployments'),
  services: namespaced('/api/v1', 'services'),
  destinationRules: namespaced('/apis/networking.istio.io/v1', 'destinationrules'),
  virtualServices: namespaced('/apis/networking.istio.io/v1', 'virtualservices'),
  birdWatches: namespaced('/apis/otomato.link/v1alpha1', 'birdwatches'),
} as const
