export { ApiError, type Cause, type Status } from './api/errors.js'
export { type Followed, LocalApi } from './api/local.js'
export { type ApiHooks, ApiMachine, type ApiMachineOptions } from './api/machine.js'
export type { KubeObject, ObjectMeta } from './api/object.js'
export {
  type ApiAnswer,
  type ApiRequest,
  type BodyAnswer,
  isWatch,
  type WatchAnswer,
  type WatchEvent,
  type WatchSink,
} from './api/request.js'
export { type ApiServer, type ApiServerOptions, serveApi } from './api/server.js'
export type { Listening } from './listen.js'
export { Load, type LoadOptions } from './load/load.js'
export type { Share, Traffic } from './load/tally.js'
export type { Cluster, Endpoint } from './mesh/cluster.js'
export type { Flag } from './mesh/flags.js'
export type { Handled } from './mesh/handler.js'
export { type Mesh, type MeshOptions, startMesh } from './mesh/mesh.js'
export { type Metrics, type MetricsOptions, startMetrics } from './metrics/metrics.js'
export {
  type Playground,
  type PlaygroundOptions,
  type Ports,
  type PrometheusChoice,
  startPlayground,
} from './play/playground.js'
export type { Sample, Trouble } from './play/sample.js'
export { knobAnnotations } from './workloads/names.js'
export { startWorkloads, type Workloads, type WorkloadsOptions } from './workloads/workloads.js'
