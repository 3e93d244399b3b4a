import { WorkQueue } from '@birdwatch/kube'
import type { DependencyContainer } from 'tsyringe'
import { Blocked } from '../blocked.js'
import { Commands } from '../commands.js'
import { Controller } from '../controller.js'
import { Events } from '../events.js'
import { AffectedRollouts, notesOf } from '../notes.js'
import { Health } from '../plugins/health.js'
import { Reconciler } from '../reconciler.js'
import { provide } from './register.js'
import { tokens } from './tokens.js'

/** The engine's runs, and the loop around them. */
export function registerEngine(container: DependencyContainer): void {
  provide(container, tokens.commands, c => new Commands(c.resolve(tokens.caches).birdWatches))

  provide(container, tokens.events, c => {
    const telemetry = c.resolve(tokens.telemetry)
    const [client, logger] = [c.resolve(tokens.client), c.resolve(tokens.logger)]
    return new Events({ client, logger, dropped: () => telemetry.count('birdwatch_events_dropped_total', {}) })
  })

  provide(container, tokens.health, c => {
    const telemetry = c.resolve(tokens.telemetry)
    return new Health({
      clock: c.resolve(tokens.clock),
      logger: c.resolve(tokens.logger),
      changed({ kind, name }, error) {
        const up = error === undefined ? 1 : 0
        if (kind === 'provider') telemetry.set('birdwatch_provider_up', { provider: name }, up)
        c.resolve(tokens.controller).enqueueAll()
      },
    })
  })

  provide(container, tokens.reconciler, c => {
    const caches = c.resolve(tokens.caches)
    const { clusterDomain } = c.resolve(tokens.configuration)
    const [providers, notifiers] = [c.resolve(tokens.providers), c.resolve(tokens.notifiers)]
    const [health, logger] = [c.resolve(tokens.health), c.resolve(tokens.logger)]
    const { name: router } = c.resolve(tokens.configuration).router
    const affected = new AffectedRollouts(logger)
    const [election, telemetry] = [c.resolve(tokens.election), c.resolve(tokens.telemetry)]
    return new Reconciler({
      birdWatches: caches.birdWatches,
      router: c.resolve(tokens.router),
      readiness: c.resolve(tokens.readiness),
      notifiers,
      commands: c.resolve(tokens.commands),
      events: c.resolve(tokens.events),
      clock: c.resolve(tokens.clock),
      logger,
      providers,
      decided: decision => telemetry.count('birdwatch_decisions_total', decision),
      notes: state =>
        affected.note(
          state,
          notesOf(state, {
            caches,
            clusterDomain,
            providers,
            notifiers,
            router,
            health,
            refusals: c.resolve(tokens.refusals),
            permissions: c.resolve(tokens.permissions),
          }),
        ),
      gone: key => affected.forget(key),
      leads: () => election?.isLeader() ?? true,
      enqueue: (key, afterMs = 0) => c.resolve(tokens.queue).addAfter(key, afterMs),
    })
  })

  provide(container, tokens.blocked, c => {
    const [election, reconciler] = [c.resolve(tokens.election), c.resolve(tokens.reconciler)]
    const clock = c.resolve(tokens.clock)
    return new Blocked({
      birdWatches: c.resolve(tokens.caches).birdWatches,
      permissions: c.resolve(tokens.permissions),
      leads: () => election?.isLeader() ?? true,
      acts: () => reconciler.leading,
      logger: c.resolve(tokens.logger),
      now: () => clock.now(),
    })
  })

  provide(container, tokens.queue, c => {
    const [logger, telemetry, tracer] = [
      c.resolve(tokens.logger),
      c.resolve(tokens.telemetry),
      c.resolve(tokens.tracer),
    ]
    const reconciler = () => c.resolve(tokens.reconciler)
    return new WorkQueue({
      concurrency: 8,
      clock: c.resolve(tokens.monotonic),
      random: c.resolve(tokens.random),
      work: key =>
        tracer.pass(key, async describe => {
          await reconciler().reconcile(key)
          await c.resolve(tokens.blocked).show(key)
          const state = reconciler().stateOf(key)
          describe({ phase: state?.phase, weight: state?.weight, reason: state?.reason.code })
        }),
      observer: {
        onStart: (_, waitedMs) => telemetry.time('birdwatch_queue_wait_seconds', {}, waitedMs),
        onDone(_, tookMs) {
          telemetry.count('birdwatch_reconciles_total', { result: 'done' })
          telemetry.time('birdwatch_reconcile_seconds', {}, tookMs)
        },
        onError(birdwatch, error) {
          telemetry.count('birdwatch_reconciles_total', { result: 'failed' })
          logger.error('reconcile failed', { birdwatch, error: error instanceof Error ? error.message : String(error) })
        },
      },
    })
  })

  provide(
    container,
    tokens.controller,
    c =>
      new Controller({
        caches: c.resolve(tokens.caches),
        client: c.resolve(tokens.client),
        reconciler: c.resolve(tokens.reconciler),
        queue: c.resolve(tokens.queue),
        events: c.resolve(tokens.events),
        tracer: c.resolve(tokens.tracer),
        checks: [
          ...c.resolve(tokens.providers).checks,
          ...c.resolve(tokens.notifiers).checks,
          ...(c.isRegistered(tokens.routerCheck, true) ? [c.resolve(tokens.routerCheck)] : []),
        ],
        shutdown: c.resolve(tokens.shutdown),
        health: c.resolve(tokens.health),
        election: c.resolve(tokens.election),
        routes: c.resolve(tokens.routes),
        http: c.resolve(tokens.configuration).http,
        listen: c.resolve(tokens.listen),
        clock: c.resolve(tokens.monotonic),
        dashboard: c.resolve(tokens.dashboard),
        logger: c.resolve(tokens.logger),
      }),
  )
}
