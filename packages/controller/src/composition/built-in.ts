import type { DependencyContainer } from 'tsyringe'
import { datadog } from '../built-in/datadog.js'
import { email } from '../built-in/email.js'
import { prometheus } from '../built-in/prometheus.js'
import { slack } from '../built-in/slack.js'
import { tokens } from './tokens.js'

/** The providers that need no loading, by their `type`. */
export function registerMetricPlugins(container: DependencyContainer): void {
  container.register(tokens.metricPlugins, { useValue: { prometheus, datadog } })
}

/** The notifiers that need no loading, by their `type`. */
export function registerNotifierPlugins(container: DependencyContainer): void {
  container.register(tokens.notifierPlugins, { useValue: { slack, email } })
}
