import type { Logger } from '@birdwatch/core'
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { Attributes, Tracer } from './tracer.js'

export interface OtlpOptions {
  /** The URL that spans are posted to. */
  readonly endpoint: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The share of passes that are traced, 0 to 1. */
  readonly ratio: number
  readonly version: string
  readonly logger: Logger
}

/**
 * Traces over OTLP/HTTP. This module alone loads OpenTelemetry, so it is imported only where traces are wanted. Spans
 * wait in a bounded queue; what can not be sent is dropped, and said once until something is sent again.
 */
export function createOtlpTracer({ endpoint, headers = {}, ratio, version, logger }: OtlpOptions): Tracer {
  const exporter = telling(
    new OTLPTraceExporter({ url: endpoint, headers: { ...headers }, timeoutMillis: 5000 }),
    logger,
  )
  const provider = new BasicTracerProvider({
    // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes first.
    resource: resourceFromAttributes({ 'service.name': 'birdwatch', 'service.version': version }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 1000 })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const tracer = provider.getTracer('birdwatch', version)
  return {
    pass(key, work) {
      const [namespace, name] = key.split('/')
      const attributes = { 'birdwatch.namespace': namespace, 'birdwatch.name': name }
      return tracer.startActiveSpan('pass', { attributes, root: true }, span => ended(span, work))
    },
    record(name, attributes, ms) {
      if (trace.getActiveSpan() === undefined) return
      const end = Date.now()
      const span = tracer.startSpan(name, { attributes: defined(attributes), startTime: end - ms })
      if (attributes.code !== undefined && attributes.code !== 'OK')
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(attributes.code) })
      span.end(end)
    },
    async stop() {
      await provider.shutdown().catch(() => {})
      context.disable()
    },
  }
}

async function ended(span: Span, work: (describe: (more: Attributes) => void) => Promise<void>): Promise<void> {
  try {
    await work(more => span.setAttributes(defined(more)))
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message })
    throw error
  } finally {
    span.end()
  }
}

/** An exporter that says when spans are lost: at the first, and not again until one was sent. */
function telling(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, result => {
        const failed = result.error !== undefined
        if (failed && !failing) logger.warn('traces can not be sent', { error: result.error?.message })
        failing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

const defined = (attributes: Attributes): Record<string, string | number> =>
  Object.fromEntries(Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
