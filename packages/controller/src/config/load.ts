import { readFileSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import { checkConfiguration } from './check.js'
import { ConfigurationError } from './error.js'
import type { Configuration } from './schema.js'
import { tracingFrom } from './tracing.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Where Istio's own add-on puts Prometheus. */
const istioPrometheus = 'http://prometheus.istio-system.svc.cluster.local:9090'

/**
 * The configuration from a YAML file, if there is one, and the environment: `PROMETHEUS_URL`, `SLACK_API_TOKEN`,
 * `SLACK_CHANNEL`, and OpenTelemetry's own variables. Throws a `ConfigurationError` that begins with the name of the file.
 */
export function loadConfiguration(file: string | undefined, env: Environment): Configuration {
  try {
    return withEnvironment(checkConfiguration(file === undefined ? {} : parse(readText(file))), env)
  } catch (error) {
    if (error instanceof ConfigurationError && file !== undefined)
      throw new ConfigurationError(`${file}: ${error.message}`)
    if (error instanceof YAMLParseError) throw new ConfigurationError(`${file}: ${error.message.split('\n')[0]}`)
    throw error
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigurationError(`it can not be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** The environment fills in what the file leaves out, and never overrides it. */
function withEnvironment(configuration: Configuration, env: Environment): Configuration {
  const { providers, notifiers } = configuration
  const implied = { options: {}, timeoutSeconds: 10 }
  const prometheus = { ...implied, name: 'prometheus', type: 'prometheus', concurrency: 20 }
  const slack = { ...implied, name: 'slack', type: 'slack', concurrency: 4 }
  return {
    ...configuration,
    tracing: { ...tracingFrom(env), ...configuration.tracing },
    providers: (providers.length > 0 ? providers : [prometheus]).map(provider =>
      filledIn(provider, 'prometheus', { url: env.PROMETHEUS_URL || istioPrometheus }),
    ),
    notifiers: (notifiers.length > 0 || !env.SLACK_API_TOKEN ? notifiers : [slack]).map(notifier =>
      filledIn(notifier, 'slack', {
        token: { env: 'SLACK_API_TOKEN' },
        ...(env.SLACK_CHANNEL ? { channel: env.SLACK_CHANNEL } : {}),
      }),
    ),
  }
}

const filledIn = <I extends { type: string; options: Record<string, unknown> }>(
  instance: I,
  type: string,
  defaults: Record<string, unknown>,
): I => (instance.type === type ? { ...instance, options: { ...defaults, ...instance.options } } : instance)
