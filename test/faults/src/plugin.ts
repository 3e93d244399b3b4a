import type { Plugin, PluginKind } from '@birdwatch/core'

/** A plugin as the controller would load it; what it is configured with does not matter here. */
export function pluginOf<Kind extends PluginKind>(kind: Kind, create: Plugin<Kind>['create']): Plugin<Kind> {
  const validate = (value: unknown) => ({ value })
  const options = { '~standard': { version: 1, vendor: 'simulation', validate } } as const
  return { kind, name: 'simulated', apiVersion: 1, options, create }
}
