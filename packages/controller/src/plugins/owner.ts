import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'

const owner = new AsyncLocalStorage<string>()

/** Runs code of a plugin: its timers, events and promises remember whose they are, so that what they throw has a name. */
export const inNameOf = <T>(instance: string, work: () => T): T => owner.run(instance, work)

/** The instance whose code runs now, or threw just now; undefined where it is none's. */
export const ownerNow = (): string | undefined => owner.getStore()

/** Aborts with another signal, in the name of an instance: a listener that throws is known for its own. */
export function signalFor(instance: string, signal: AbortSignal): AbortSignal {
  const own = new AbortController()
  const abort = () => inNameOf(instance, () => own.abort(signal.reason))
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return own.signal
}

/** The same port, each of whose calls runs in the name of its instance; what it is given to call back does not. */
export const owned = <Port extends object>(port: Port, instance: string): Port =>
  new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) =>
        inNameOf(instance, () =>
          member.apply(
            target,
            args.map(arg => given(arg, instance)),
          ),
        )
    },
  })

function given(arg: unknown, instance: string): unknown {
  if (typeof arg === 'function') return AsyncResource.bind(arg as () => void)
  if (arg instanceof AbortSignal) return signalFor(instance, arg)
  const { signal } = (arg ?? {}) as { signal?: unknown }
  return signal instanceof AbortSignal ? { ...(arg as object), signal: signalFor(instance, signal) } : arg
}
