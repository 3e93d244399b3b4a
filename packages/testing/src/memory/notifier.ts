import { BirdWatchError, type Json, type Notice, type Notifier, render } from '@birdwatch/core'
import { type Fault, type FaultOptions, Faults } from './faults.js'

export type NotifierOperation = 'notify'

/** A notifier that keeps what it is told, for tests and simulations. */
export interface MemoryNotifier extends Notifier {
  /** Every notice once, in the order of its first delivery. */
  readonly notices: readonly Notice[]
  /** Every delivery that arrived, repeated ones included, with the handle it came with. */
  readonly deliveries: readonly { readonly notice: Notice; readonly handle?: Json }[]
  /** What people would have read: one text per notice. */
  readonly texts: readonly string[]
  /** Scripts what goes wrong with the next `times` calls (default 1). */
  fault(on: NotifierOperation, fault: Fault, times?: number): void
}

const telling = {
  refused: () => new BirdWatchError('NOTIFIER_REFUSED', 'the notice was refused, as scripted'),
  unanswered: () => new BirdWatchError('NOTIFIER_UNREACHABLE', 'the notice got no answer, as scripted'),
}

export function memoryNotifier(options: FaultOptions<NotifierOperation> = {}): MemoryNotifier {
  const faults = new Faults<NotifierOperation>(telling, options)
  const deliveries: { notice: Notice; handle?: Json }[] = []
  const notices = new Map<string, Notice>()

  return {
    contract: 1,
    deliveries,
    get notices() {
      return [...notices.values()]
    },
    get texts() {
      return [...notices.values()].map(({ reason }) => render(reason))
    },
    fault: faults.script,
    notify: (notice, { handle, signal }) =>
      faults.pass('notify', signal, () => {
        deliveries.push(handle === undefined ? { notice } : { notice, handle })
        if (!notices.has(notice.id)) notices.set(notice.id, notice)
        return { handle: { rollout: notice.rolloutId } }
      }),
  }
}
