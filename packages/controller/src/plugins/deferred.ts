import type { PluginInstance } from './instance.js'
import type { ConfiguredNotifier } from './notifiers.js'
import type { ConfiguredProvider } from './providers.js'

/** Stands for what an instance made: until it is made, every call rejects with why it is not. */
export function deferredProvider(made: PluginInstance<'metric-provider'>): ConfiguredProvider {
  const provider: ConfiguredProvider['provider'] = {
    contract: 1,
    get lagMs() {
      return made.made?.lagMs ?? 0
    },
    check: signal => made.check(signal),
    query: (expression, options) => made.port.query(expression, options),
  }
  return { instance: made.instance, provider }
}

/** As `deferredProvider`. */
export const deferredNotifier = (made: PluginInstance<'notifier'>): ConfiguredNotifier => ({
  instance: made.instance,
  notifier: {
    contract: 1,
    check: signal => made.check(signal),
    notify: (notice, options) => made.port.notify(notice, options),
  },
})
