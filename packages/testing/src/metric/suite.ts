import { runSuite, type SuiteOptions } from '../conform/suite.js'
import { abortRules } from './aborts.js'
import { answerRules } from './answers.js'
import { errorRules } from './errors.js'
import type { MetricFixture } from './fixture.js'

export const metricRules = { ...answerRules, ...abortRules, ...errorRules }

export type MetricRuleCode = keyof typeof metricRules

/** Proves that a `MetricProvider` keeps the contract: registers one test per rule. */
export function metricProviderSuite(options: SuiteOptions<MetricFixture, MetricRuleCode>): void {
  runSuite<MetricFixture, MetricRuleCode>(metricRules, options)
}
