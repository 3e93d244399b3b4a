import type { MetricSpec, PolicySpec, Readiness } from '@birdwatch/core'
import { type Circumstances, type Scenario, unreachable } from './world.js'

/** Noise that is the same at every run. */
const noise = (seed: number, size: number): number => (Math.sin(seed * 12.9898) * 43_758.5453) % size

const errors: MetricSpec = {
  name: 'errors',
  metric:
    'sum(rate(istio_requests_total{destination_service_name="$service",destination_version="$canary",response_code=~"5.."}[1m]))',
  deviation: 0.5,
  direction: 'increase',
}
const latency: MetricSpec = {
  name: 'latency-p99',
  metric: 'histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket[1m])))',
  deviation: 60,
}
const success: MetricSpec = {
  name: 'success-ratio',
  metric: 'job:success:ratio1m',
  deviation: 0.01,
  direction: 'decrease',
}

const policy = (changes: Partial<PolicySpec> = {}): PolicySpec => ({
  metrics: [errors, latency],
  increment: 5,
  interval: 6,
  ifUnhealthy: 'rollback',
  ...changes,
})

const healthyErrors = ({ age }: Circumstances) => 0.12 + Math.abs(noise(age, 0.12))
const healthyLatency = ({ age, weight }: Circumstances) => 182 + weight * 0.12 + noise(age + 1, 14)

/** A healthy service; the playground can make it sick. */
const healthy = (expression: string, at: Circumstances): number => {
  if (expression === errors.metric) return healthyErrors(at) + (at.failing && at.weight > 0 ? 4.2 : 0)
  if (expression === success.metric) return 0.998 + noise(at.age, 0.001)
  return healthyLatency(at) + (at.slow && at.weight > 0 ? 340 : 0)
}

const few = (available: number, desired: number): Readiness => ({
  read: () => ({ canary: { available, desired }, production: { available: 3, desired: 3 }, revision: 'a' }),
})

const versions = (production: string, canary: string) => ({ production, canary })

export const scenarios: readonly Scenario[] = [
  { namespace: 'shop', name: 'aleph', ...versions('v03', 'v04'), policy: policy(), answer: healthy, again: 30 },
  {
    namespace: 'shop',
    name: 'checkout',
    ...versions('2024-11-02', '2024-11-09'),
    policy: policy({ increment: 4, interval: 12 }),
    answer: (expression, at) => healthy(expression, at) + (expression === latency.metric && at.weight >= 36 ? 160 : 0),
  },
  {
    namespace: 'shop',
    name: 'cart',
    ...versions('v112', 'v113'),
    policy: policy({ ifUnhealthy: 'freeze', interval: 15, increment: 5, failures: 2 }),
    answer: (expression, at) => healthy(expression, at) + (expression === errors.metric && at.weight >= 40 ? 1.9 : 0),
  },
  {
    namespace: 'payments',
    name: 'ledger',
    ...versions('v8', 'v9'),
    policy: policy({ metrics: [errors, latency, success], interval: 20, increment: 3 }),
    answer: healthy,
    events: { 300: ({ router }) => router.write('argocd-application-controller', 50) },
  },
  {
    namespace: 'payments',
    name: 'gateway',
    ...versions('v31', 'v32'),
    policy: policy({ trafficLimit: 25, interval: 15, increment: 5 }),
    answer: healthy,
  },
  {
    namespace: 'search',
    name: 'indexer',
    ...versions('v5', 'v6'),
    policy: policy({ interval: 30, increment: 4 }),
    answer: (expression, at) =>
      at.weight >= 24 && expression === errors.metric ? unreachable() : healthy(expression, at),
  },
  {
    namespace: 'search',
    name: 'frontend',
    ...versions('v40', 'v41'),
    policy: policy({ increment: 10, interval: 10 }),
    answer: healthy,
  },
  {
    namespace: 'search',
    name: 'suggest',
    ...versions('v2', 'v3'),
    policy: policy({ metrics: [success], increment: 2, interval: 20 }),
    answer: healthy,
  },
  {
    namespace: 'media',
    name: 'transcoder',
    ...versions('v17', 'v18'),
    policy: policy(),
    answer: healthy,
    readiness: few(1, 3),
  },
  {
    namespace: 'media',
    name: 'thumbnails',
    ...versions('v9', 'v10'),
    policy: policy(),
    answer: healthy,
    setup: ({ mesh }) =>
      mesh.remove(null, {
        state: 'unusable',
        reason:
          'No route of VirtualService thumbnails lists both subsets, production and canary; add the missing destination with weight 0.',
      }),
  },
  {
    namespace: 'auth',
    name: 'sessions',
    ...versions('v21', 'v22'),
    policy: policy({ interval: 10 }),
    answer: () => null,
  },
  {
    namespace: 'auth',
    name: 'tokens',
    ...versions('v4', 'v5'),
    policy: policy({ interval: 10, increment: 3 }),
    answer: healthy,
    events: { 140: ({ command }) => void command('abort') },
  },
  {
    namespace: 'auth',
    name: 'directory',
    ...versions('v65', 'v66'),
    policy: policy({ interval: 20, increment: 5, paused: true }),
    answer: healthy,
  },
  {
    namespace: 'edge',
    name: 'cdn-config',
    ...versions('v300', 'v301'),
    policy: policy({ interval: 12, increment: 2 }),
    answer: (expression, at) => healthy(expression, at) + (expression === errors.metric && at.weight >= 30 ? 3 : 0),
    events: {
      100: ({ router }) =>
        router.fault(
          'rollback',
          {
            kind: 'refuse',
            error: Object.assign(new Error('admission webhook "policy.edge" denied the request: change freeze'), {
              code: 'TRAFFIC_REFUSED',
            }),
          },
          1_000_000,
        ),
    },
  },
  {
    namespace: 'edge',
    name: 'geo',
    ...versions('v13', 'v14'),
    policy: policy({ mode: 'observe', interval: 20 }),
    answer: healthy,
  },
  {
    namespace: 'mail',
    name: 'outbound',
    ...versions('v1', 'v2'),
    policy: policy({ interval: 60, increment: 10 }),
    answer: healthy,
    events: { 200: ({ command }) => void command('pause') },
  },
]
