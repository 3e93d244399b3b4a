import { describe, expect, it } from 'vitest'
import { refusalsOf } from '../../test/support/admission.js'
import { policyOf } from './policy.js'

const seed = {
  canary_version: 'v04',
  if_unhealthy: 'rollback',
  increment: 1,
  interval: 5,
  service: 'aleph',
  deviation: 0.5,
  metric: 'sum(irate(istio_requests_total{destination_version="v04",response_code="500"}[30s]))',
}
const { metric, deviation, ...common } = seed
const latency = { name: 'latency', metric: 'p99', deviation: 20 }
const resource = (spec: unknown) => ({ apiVersion: 'otomato.link/v1alpha1', kind: 'BirdWatch', metadata: {}, spec })

describe('A good spec', () => {
  it.each<[string, object]>([
    ["the seed's example", seed],
    ['a list of metrics', { ...common, metrics: [latency, { ...latency, name: 'errors', no_data: 'zero' }] }],
    [
      'every option',
      {
        ...seed,
        direction: 'increase',
        no_data: 'hold',
        baseline_metric: 'x',
        baseline: 'each_check',
        provider: 'prometheus',
        failures: 10,
        settle: 0.5,
        traffic_limit: 50,
        at_limit: 'hold',
        paused: true,
        traffic: { metric: 'rps', at_least: 0 },
        stuck_after: 60,
        propagation: 0,
        mode: 'observe',
        subsets: { production: 'stable', canary: 'next' },
      },
    ],
    ['the smallest numbers', { ...seed, increment: 1, interval: 1, deviation: 0, failures: 1, traffic_limit: 1 }],
    [
      'the largest numbers',
      { ...seed, increment: 10, interval: 600, settle: 3600, stuck_after: 86_400, propagation: 300 },
    ],
  ])('%s is taken by the API server and by the controller', (_, spec) => {
    expect(refusalsOf(resource(spec))).toEqual([])
    expect(policyOf(spec)).toHaveProperty('rules')
  })

  it('becomes a policy with its times in milliseconds and its names in camelCase', () => {
    expect(
      policyOf({ ...seed, no_data: 'hold', stuck_after: 90, traffic: { metric: 'rps', at_least: 2 } }),
    ).toMatchObject({
      intervalMs: 5000,
      stuckAfterMs: 90_000,
      ifUnhealthy: 'rollback',
      traffic: { query: 'rps', atLeast: 2 },
      rules: [{ name: 'metric', query: metric, deviation, noData: 'hold' }],
    })
  })
})

describe('A bad spec is refused by the API server, and by the controller with the field named', () => {
  it.each<[string, unknown]>([
    ['increment', { ...seed, increment: 0 }],
    ['increment', { ...seed, increment: 11 }],
    ['increment', { ...seed, increment: 1.5 }],
    ['increment', { ...seed, increment: '1' }],
    ['increment', { ...seed, increment: undefined }],
    ['increment', { ...seed, increment: null }],
    ['interval', { ...seed, interval: 0 }],
    ['interval', { ...seed, interval: 601 }],
    ['interval', { ...seed, interval: 2.5 }],
    ['interval', { ...seed, interval: '5s' }],
    ['deviation', { ...seed, deviation: -0.1 }],
    ['deviation', { ...seed, deviation: '0.5' }],
    ['if_unhealthy', { ...seed, if_unhealthy: 'Rollback' }],
    ['if_unhealthy', { ...seed, if_unhealthy: undefined }],
    ['service', { ...seed, service: '' }],
    ['service', { ...seed, service: 'Aleph' }],
    ['service', { ...seed, service: 'a/b' }],
    ['service', { ...seed, service: 'a'.repeat(254) }],
    ['service', { ...seed, service: undefined }],
    ['canary_version', { ...seed, canary_version: '' }],
    ['canary_version', { ...seed, canary_version: 1.2 }],
    ['canary_version', { ...seed, canary_version: 'v 04' }],
    ['canary_version', { ...seed, canary_version: '-v04' }],
    ['canary_version', { ...seed, canary_version: 'v'.repeat(64) }],
    ['metric', { ...seed, metric: ' ' }],
    ['metric', { ...seed, metric: 'x'.repeat(4097) }],
    ['metric', { ...seed, metric: { query: 'x' } }],
    ['deviation', { ...common, metric }],
    ['metric', { ...common, deviation }],
    ['metric', common],
    ['metric', { ...seed, metrics: [latency] }],
    ['metrics', { ...common, metrics: [] }],
    ['metrics', { ...common, metrics: Array.from({ length: 11 }, (_, i) => ({ ...latency, name: `m${i}` })) }],
    ['metrics[1].name', { ...common, metrics: [latency, latency] }],
    ['metrics[0].name', { ...common, metrics: [{ ...latency, name: 'no spaces' }] }],
    ['metrics[0].name', { ...common, metrics: [{ ...latency, name: undefined }] }],
    ['metrics[0].deviation', { ...common, metrics: [{ ...latency, deviation: -1 }] }],
    ['metrics[0].no_data', { ...common, metrics: [{ ...latency, no_data: 'ignore' }] }],
    ['metrics[0].baseline_metric', { ...common, metrics: [{ ...latency, baseline_metric: '' }] }],
    ['baseline_metric', { ...common, metrics: [latency], baseline_metric: 'x' }],
    ['direction', { ...seed, direction: 'up' }],
    ['no_data', { ...seed, no_data: 'zeroes' }],
    ['baseline', { ...seed, baseline: 'always' }],
    ['provider', { ...seed, provider: 'http://example.org' }],
    ['failures', { ...seed, failures: 0 }],
    ['failures', { ...seed, failures: 11 }],
    ['settle', { ...seed, settle: -1 }],
    ['traffic_limit', { ...seed, traffic_limit: 0 }],
    ['traffic_limit', { ...seed, traffic_limit: 101 }],
    ['at_limit', { ...seed, at_limit: 'stop' }],
    ['paused', { ...seed, paused: 'yes' }],
    ['traffic.metric', { ...seed, traffic: { at_least: 1 } }],
    ['traffic.at_least', { ...seed, traffic: { metric: 'rps' } }],
    ['stuck_after', { ...seed, stuck_after: 59 }],
    ['propagation', { ...seed, propagation: 301 }],
    ['mode', { ...seed, mode: 'dry-run' }],
    ['subsets.canary', { ...seed, subsets: { canary: 'production' } }],
    ['subsets.canary', { ...seed, subsets: { canary: 'Next' } }],
    ['subsets', { ...seed, subsets: 'production' }],
    ['spec', undefined],
    ['spec', null],
    ['spec', 'aleph'],
  ])('%s: %j', (field, spec) => {
    expect(refusalsOf(resource(spec))).not.toEqual([])
    expect(policyOf(spec)).toMatchObject({ refused: { code: 'invalid', field } })
  })
})

it('A refusal says what was found and what is expected', () => {
  expect(policyOf({ ...seed, increment: 11 })).toEqual({
    refused: { code: 'invalid', field: 'increment', detail: 'found 11, expected a whole number from 1 to 10' },
  })
})

it('A refusal does not repeat a value of any length', () => {
  const { refused } = policyOf({ ...seed, mode: 'x'.repeat(1000) }) as { refused: { detail: string } }
  expect(refused.detail.length).toBeLessThan(200)
})
