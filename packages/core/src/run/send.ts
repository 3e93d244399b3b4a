import type { Json } from '../json.js'
import type { TrafficRouter } from '../ports.js'
import type { Effect } from '../snapshot.js'

/** An effect that changes the traffic. */
export type Write = Extract<Effect, { kind: 'rollback' | 'shift' | 'prepare' | 'promote' }>

export const isWrite = ({ kind }: Effect): boolean =>
  kind === 'rollback' || kind === 'shift' || kind === 'prepare' || kind === 'promote'

/** Has the router make a change. */
export function send(router: TrafficRouter, write: Write, target: Json, signal: AbortSignal): Promise<void> {
  switch (write.kind) {
    case 'rollback':
      return router.rollback(target, { signal })
    case 'shift':
      return router.shift(target, write.weight, { token: write.token, signal })
    case 'prepare':
      return router.prepare(target, { version: write.version, signal })
    case 'promote':
      return router.promote(target, { version: write.version, signal })
  }
}
