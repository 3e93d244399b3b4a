export { type ConformanceRule, conformanceRules } from './catalogue.js'
export { leakIn } from './conform/leaks.js'
export { ConformanceError, type Fixture, type RunTest, type SuiteOptions } from './conform/suite.js'
export type { Fault, FaultOptions, FaultPlan } from './memory/faults.js'
export { MemoryMesh, type MemoryMeshOptions, type RouteChange, type RouteRecord, type Routes } from './memory/mesh.js'
export {
  type MetricAnswer,
  type MetricQuery,
  type MetricScript,
  type ScriptedMetrics,
  scriptedMetrics,
} from './memory/metrics.js'
export { type MemoryNotifier, memoryNotifier, type NotifierOperation } from './memory/notifier.js'
export { type MemoryRouter, type MemoryRouterOptions, memoryRouter, type RouterOperation } from './memory/router.js'
export { type MemoryStore, type MemoryStoreOptions, memoryStore, type StoreOperation } from './memory/store.js'
export type { MetricFixture } from './metric/fixture.js'
export { type MetricRuleCode, metricProviderSuite } from './metric/suite.js'
export type { NotifierFixture } from './notifier/fixture.js'
export { type NotifierRuleCode, notifierSuite } from './notifier/suite.js'
export type { RouterFixture } from './router/fixture.js'
export { type RouterRuleCode, trafficRouterSuite } from './router/suite.js'
export { sampleNotice } from './samples/notice.js'
export { sampleReasons } from './samples/reasons.js'
export { sampleState } from './samples/state.js'
export { rolloutStoreSuite, type StoreFixture, type StoreRuleCode } from './store/suite.js'
