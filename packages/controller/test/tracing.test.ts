import { definePlugin } from '@birdwatch/core'
import { memoryNotifier } from '@birdwatch/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { tokens } from '../src/composition/tokens.js'
import { createOtlpTracer } from '../src/tracing/otlp.js'
import { addBirdWatch, startCluster, weightOf } from './support/cluster.js'
import { startController } from './support/controller.js'
import { type OtlpPeer, startCollector } from './support/otlp.js'
import { silent } from './support/plugins.js'
import { startPrometheus } from './support/prometheus.js'

vi.setConfig({ testTimeout: 60_000 })

const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 40_000, interval: 20 })
const memory = definePlugin({ kind: 'notifier', name: 'memory', apiVersion: 1, create: () => memoryNotifier() })
const tracerFor = (peer: Pick<OtlpPeer, 'endpoint'>, options = {}) =>
  createOtlpTracer({ endpoint: peer.endpoint, ratio: 1, version: '1.2.3', logger: silent, ...options })

describe('Traces', () => {
  it('show each pass, with the queries, the writes and the notices it began as parts of it', async () => {
    const [api, prometheus, collector] = [await startCluster(), await startPrometheus(0), await startCollector()]
    const { controller } = await startController(api, prometheus.url, {
      configuration: {
        tracing: { endpoint: collector.endpoint, headers: { authorization: 'Bearer planted' } },
        notifiers: [{ name: 'people', type: 'memory' }],
      },
      override: container => container.register(tokens.notifierPlugins, { useValue: { memory } }),
    })
    addBirdWatch(api, 'aleph', { interval: 1, increment: 10, propagation: 0 })
    await eventually(() => expect(weightOf(api)).toBe(10))

    await controller.stop()

    const query = collector.spans.find(({ name }) => name === 'query prometheus')
    const pass = collector.spans.find(({ spanId }) => spanId === query?.parentSpanId)
    expect(pass).toMatchObject({
      name: 'pass',
      attributes: { 'birdwatch.namespace': 'shop', 'birdwatch.name': 'aleph', phase: expect.any(String) },
    })
    expect(query?.attributes).toEqual({ code: 'OK' })
    const passes = new Set(collector.spans.filter(({ name }) => name === 'pass').map(({ spanId }) => spanId))
    const parts = collector.spans.filter(({ parentSpanId = '' }) => passes.has(parentSpanId)).map(({ name }) => name)
    expect(parts).toEqual(
      expect.arrayContaining(['query prometheus', 'prepare router', 'shift router', 'notify people']),
    )
    expect(collector.headers[0]).toMatchObject({ authorization: 'Bearer planted' })
  })

  it('are of the service that the environment names', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'canaries')
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=staging')
    onTestFinished(() => void vi.unstubAllEnvs())
    const collector = await startCollector()
    const tracer = tracerFor(collector)

    await tracer.pass('shop/aleph', async () => {})
    await tracer.stop()

    expect(collector.spans[0]?.resource).toEqual({
      'service.name': 'canaries',
      'service.version': '1.2.3',
      'deployment.environment.name': 'staging',
    })
  })

  it('show no request that belongs to no pass', async () => {
    const collector = await startCollector()
    const tracer = tracerFor(collector)

    tracer.record('get leases', { code: 'OK' }, 5)
    await tracer.pass('shop/aleph', async () => tracer.record('patch birdwatches/status', { code: 'KUBE_CONFLICT' }, 5))
    await tracer.stop()

    expect(collector.spans.map(({ name, status }) => [name, status?.code ?? 0])).toEqual([
      ['patch birdwatches/status', 2],
      ['pass', 0],
    ])
  })

  it('of a share of the passes are sent, and of none with a ratio of 0', async () => {
    const collector = await startCollector()
    const tracer = tracerFor(collector, { ratio: 0 })

    await tracer.pass('shop/aleph', async () => tracer.record('query', {}, 5))
    await tracer.stop()

    expect(collector.spans).toEqual([])
  })

  it('that can not be sent hold nothing up, and are said once', async () => {
    const warn = vi.fn()
    const tracer = tracerFor({ endpoint: 'http://127.0.0.1:1/v1/traces' }, { logger: { ...silent, warn } })

    await tracer.pass('shop/aleph', async () => {})
    await tracer.stop()

    expect(warn).toHaveBeenCalledExactlyOnceWith('traces can not be sent', expect.anything())
  })

  it('of a pass that fails say so, and the failure goes on', async () => {
    const collector = await startCollector()
    const tracer = tracerFor(collector)

    const failed = tracer.pass('shop/aleph', () => Promise.reject(new Error('a defect')))

    await expect(failed).rejects.toThrow('a defect')
    await tracer.stop()
    expect(collector.spans[0]?.status?.code).toBe(2)
  })
})
