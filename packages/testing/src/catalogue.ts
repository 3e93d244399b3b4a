import { metricRules } from './metric/suite.js'
import { notifierRules } from './notifier/suite.js'
import { routerRules } from './router/suite.js'
import { storeRules } from './store/suite.js'

/** One promise of a port that a conformance suite proves. */
export interface ConformanceRule {
  /** Stable; what `exceptions` are keyed by. */
  readonly code: string
  readonly title: string
}

const rulesOf = (rules: Readonly<Record<string, { readonly title: string }>>): readonly ConformanceRule[] =>
  Object.entries(rules).map(([code, { title }]) => ({ code, title }))

/** Every rule of every suite, by the port it belongs to, in the order in which they run. */
export const conformanceRules = {
  MetricProvider: rulesOf(metricRules),
  Notifier: rulesOf(notifierRules),
  TrafficRouter: rulesOf(routerRules),
  RolloutStore: rulesOf(storeRules),
} as const
