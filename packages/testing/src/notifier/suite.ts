import { runSuite, type SuiteOptions } from '../conform/suite.js'
import { deliveryRules } from './delivery.js'
import type { NotifierFixture } from './fixture.js'
import { troubleRules } from './trouble.js'

export const notifierRules = { ...deliveryRules, ...troubleRules }

export type NotifierRuleCode = keyof typeof notifierRules

/** Proves that a `Notifier` keeps the contract: registers one test per rule. */
export function notifierSuite(options: SuiteOptions<NotifierFixture, NotifierRuleCode>): void {
  runSuite<NotifierFixture, NotifierRuleCode>(notifierRules, options)
}
