import type { DependencyContainer } from 'tsyringe'
import { withSecrets } from '../config/secrets.js'
import { noTracer } from '../tracing/tracer.js'
import { version } from '../version.js'
import { tokens } from './tokens.js'

/** Loads OpenTelemetry where an endpoint is configured, unless the container has another tracer. */
export async function registerTracer(container: DependencyContainer): Promise<void> {
  const { endpoint, ratio = 1, headers } = container.resolve(tokens.configuration).tracing
  if (endpoint === undefined || container.resolve(tokens.tracer) !== noTracer) return
  const secrets = { env: container.resolve(tokens.environment) }
  // With its place in the configuration, which an error names.
  const found = withSecrets({ tracing: { headers } }, secrets)
  const { createOtlpTracer } = await import('../tracing/otlp.js')
  const tracer = createOtlpTracer({
    endpoint,
    ratio,
    headers: found.tracing.headers as Record<string, string>,
    version,
    logger: container.resolve(tokens.logger),
  })
  container.register(tokens.tracer, { useValue: tracer })
}
