import { runSuite, type SuiteOptions } from '../conform/suite.js'
import type { RouterFixture } from './fixture.js'
import { observingRules } from './observing.js'
import { troubleRules } from './trouble.js'
import { versionRules } from './versions.js'
import { writingRules } from './writing.js'

export const routerRules = { ...observingRules, ...writingRules, ...versionRules, ...troubleRules }

export type RouterRuleCode = keyof typeof routerRules

/** Proves that a `TrafficRouter` keeps the contract: registers one test per rule. */
export function trafficRouterSuite(options: SuiteOptions<RouterFixture, RouterRuleCode>): void {
  runSuite<RouterFixture, RouterRuleCode>(routerRules, options)
}
