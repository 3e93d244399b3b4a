import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'

/** Whose code runs. */
export interface Owner {
  /** Told what its code threw where nobody waits for it. */
  readonly stray: (error: unknown) => void
}

const owner = new AsyncLocalStorage<Owner>()

/** Runs code of a plugin: its timers, events and promises remember whose they are, so that what they throw has a name. */
export const inNameOf = <T>(of: Owner, work: () => T): T => owner.run(of, work)

/** Whose code runs now, or threw just now; undefined where it is no plugin's. */
export const ownerNow = (): Owner | undefined => owner.getStore()

/**
 * A signal that aborts when the given one does, in the name of the owner: listeners run in the name of whoever aborts, and
 * would throw in ours.
 */
export function ownedSignal(signal: AbortSignal, of: Owner): AbortSignal {
  const own = new AbortController()
  const abort = () => inNameOf(of, () => own.abort(signal.reason))
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return own.signal
}

/** The same port, each of whose calls runs in the name of its owner; what it is given to call back does not. */
export const owned = <Port extends object>(port: Port, of: Owner): Port =>
  new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        // Before it runs in the name of the plugin: what is called back runs in the name of whoever gave it.
        const handed = args.map(arg => handedOver(arg, of))
        return inNameOf(of, () => member.apply(target, handed))
      }
    },
  })

/** An argument of a call as the plugin gets it. */
function handedOver(arg: unknown, of: Owner): unknown {
  if (typeof arg === 'function') return AsyncResource.bind(arg as () => void)
  if (arg instanceof AbortSignal) return ownedSignal(arg, of)
  const { signal } = (arg ?? {}) as { signal?: unknown }
  return signal instanceof AbortSignal ? { ...(arg as object), signal: ownedSignal(signal, of) } : arg
}
