import 'reflect-metadata'
import type { Clock, Logger, Readiness, TrafficRouter } from '@birdwatch/core'
import type { LeaseElection, Transport, WorkQueue } from '@birdwatch/kube'
import type { InjectionToken } from 'tsyringe'
import type { Blocked } from '../blocked.js'
import type { Commands } from '../commands.js'
import type { Configuration } from '../config/schema.js'
import type { Controller } from '../controller.js'
import type { DashboardExtras } from '../dashboard/serve.js'
import type { Events } from '../events.js'
import type { HttpServer, Route, startHttp } from '../http/server.js'
import type { Caches } from '../kube/caches.js'
import type { ObservedClient } from '../kube/observed.js'
import type { Pacer } from '../pacer.js'
import type { Permissions } from '../permissions.js'
import type { Checked, Health } from '../plugins/health.js'
import type { BuiltIn } from '../plugins/load.js'
import type { Notifiers } from '../plugins/notifiers.js'
import type { Providers } from '../plugins/providers.js'
import type { Reconciler } from '../reconciler.js'
import type { Refusals } from '../refusals.js'
import type { Telemetry } from '../telemetry/telemetry.js'
import type { MonotonicClock } from '../time.js'
import type { Tracer } from '../tracing/tracer.js'

const token = <T>(name: string): InjectionToken<T> => Symbol(name)

/** What can be registered otherwise in a child container; each is made once per container, when it is first needed. */
export const tokens = {
  configuration: token<Configuration>('configuration'),
  environment: token<Readonly<Record<string, string | undefined>>>('environment'),
  kubeconfig: token<KubeconfigSource>('kubeconfig'),
  logger: token<Logger>('logger'),
  /** The time of day, as it stands in resources. */
  clock: token<Clock>('clock'),
  /** For how long something takes. */
  monotonic: token<MonotonicClock>('monotonic'),
  /** A number from 0 up to 1, exclusive: for pauses that must not be in step. */
  random: token<() => number>('random'),
  /** How requests get to the API server; undefined: over HTTP. */
  transport: token<Transport | undefined>('transport'),
  /** How it listens for requests. */
  listen: token<typeof startHttp>('listen'),
  client: token<ObservedClient>('client'),
  /** The served version of Istio's API; undefined where another router needs none. */
  istioVersion: token<string | undefined>('istioVersion'),
  caches: token<Caches>('caches'),
  election: token<LeaseElection | undefined>('election'),
  metricPlugins: token<BuiltIn<'metric-provider'>>('metricPlugins'),
  notifierPlugins: token<BuiltIn<'notifier'>>('notifierPlugins'),
  routerPlugins: token<BuiltIn<'traffic-router'>>('routerPlugins'),
  providers: token<Providers>('providers'),
  notifiers: token<Notifiers>('notifiers'),
  health: token<Health>('health'),
  pacer: token<Pacer>('pacer'),
  refusals: token<Refusals>('refusals'),
  permissions: token<Permissions>('permissions'),
  blocked: token<Blocked>('blocked'),
  router: token<TrafficRouter>('router'),
  routerCheck: token<Checked>('routerCheck'),
  readiness: token<Readiness>('readiness'),
  commands: token<Commands>('commands'),
  events: token<Events>('events'),
  reconciler: token<Reconciler>('reconciler'),
  queue: token<WorkQueue>('queue'),
  /** Whether plugins are asked again, and suspended, by real time; false where time is simulated. */
  resilient: token<boolean>('resilient'),
  /** Aborted when the controller stops. */
  shutdown: token<AbortController>('shutdown'),
  telemetry: token<Telemetry>('telemetry'),
  tracer: token<Tracer>('tracer'),
  routes: token<readonly Route[]>('routes'),
  /** What the page of rollouts shows and takes besides them; by default nothing: it only looks. */
  dashboardExtras: token<DashboardExtras>('dashboardExtras'),
  dashboard: token<(() => Promise<HttpServer>) | undefined>('dashboard'),
  controller: token<Controller>('controller'),
}

/** Where the cluster is found; all left out: the surroundings say (KUBECONFIG, ~/.kube/config, or the pod). */
export interface KubeconfigSource {
  readonly path?: string | undefined
  readonly context?: string | undefined
  /** In place of both: the URL of a server that wants no credentials. */
  readonly server?: string | undefined
}
