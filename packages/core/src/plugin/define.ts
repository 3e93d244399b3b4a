import { BirdWatchError } from '../errors.js'
import type { MetricProvider, Notifier, TrafficRouter } from '../ports.js'
import type { PluginContext } from './context.js'
import type { OutputOf, StandardSchema } from './schema.js'

/** The port that a plugin of each kind makes. */
export interface PluginPorts extends Record<PluginKind, unknown> {
  readonly 'metric-provider': MetricProvider
  readonly notifier: Notifier
  readonly 'traffic-router': TrafficRouter
}

export type PluginKind = 'metric-provider' | 'notifier' | 'traffic-router'

/** The version of this contract. */
export const pluginApiVersion = 1

/** A plugin without a schema takes no options. */
export type NoOptions = StandardSchema<Readonly<Record<string, never>>, Readonly<Record<never, never>>>

/** What a module's default export is: how a host makes instances of a plugin. */
export interface Plugin<Kind extends PluginKind = PluginKind, Schema extends StandardSchema = StandardSchema> {
  readonly kind: Kind
  /** For people, in logs and errors; by custom the name of the package. */
  readonly name: string
  /** The version of this contract that the plugin was written for; a host refuses a newer one than its own. */
  readonly apiVersion: typeof pluginApiVersion
  /** Checks the options and fills in their defaults; any Standard Schema. Left out: the plugin takes no options. */
  readonly options?: Schema
  /**
   * Makes one instance. It should not talk to anybody: what can not be reached at start is for the port's `check`. What
   * it throws is shown to people with the name of the instance.
   */
  create(options: OutputOf<Schema>, context: PluginContext): PluginPorts[Kind] | Promise<PluginPorts[Kind]>
}

/**
 * Defines a plugin; make it the default export of a module. The type of the options flows from the schema into `create`.
 * Throws `PLUGIN_INVALID` when a part is missing.
 *
 * @example
 * export default definePlugin({
 *   kind: 'metric-provider',
 *   name: 'constant',
 *   apiVersion: 1,
 *   options: z.strictObject({ value: z.number().default(1) }),
 *   create: ({ value }) => ({ contract: 1, query: async () => ({ value }) }),
 * })
 */
export function definePlugin<
  // Not `PluginKind`: a type error lists these, and not the name of the type.
  Kind extends 'metric-provider' | 'notifier' | 'traffic-router',
  Schema extends StandardSchema = NoOptions,
>(plugin: Plugin<Kind, Schema>): Plugin<Kind, Schema> {
  const problem = problemOf(plugin)
  if (problem === undefined) return plugin
  throw new BirdWatchError('PLUGIN_INVALID', `the plugin ${String(plugin?.name ?? 'without a name')} ${problem}`)
}

const kinds: Readonly<Record<PluginKind, true>> = { 'metric-provider': true, notifier: true, 'traffic-router': true }

/**
 * Takes what a module exports for a plugin of one kind. Throws `PLUGIN_INVALID`, `PLUGIN_TOO_NEW` or `PLUGIN_WRONG_KIND`,
 * each with a message that begins with a verb: the caller says what it is about.
 */
export function expectPlugin<Kind extends PluginKind>(found: unknown, kind: Kind): Plugin<Kind> {
  const problem = problemOf(found)
  if (problem !== undefined) throw new BirdWatchError('PLUGIN_INVALID', problem)
  const plugin = found as Plugin<Kind>
  if (plugin.kind === kind) return plugin
  throw new BirdWatchError('PLUGIN_WRONG_KIND', `is a ${plugin.kind} (${plugin.name}); a ${kind} is needed here`)
}

function problemOf(found: unknown): string | undefined {
  if (typeof found !== 'object' || found === null) return `is no plugin; make it with \`definePlugin({ … })\``
  const { kind, name, apiVersion, options, create } = found as Partial<Record<keyof Plugin, unknown>>
  if (typeof apiVersion === 'number' && apiVersion > pluginApiVersion)
    throw new BirdWatchError(
      'PLUGIN_TOO_NEW',
      `was written for version ${apiVersion} of the plugin contract, and this host knows version ${pluginApiVersion}: update the host, or use an older version of the plugin`,
    )
  if (apiVersion !== pluginApiVersion) return `has the apiVersion ${shown(apiVersion)}; it must be ${pluginApiVersion}`
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind))
    return `has the kind ${shown(kind)}; it must be one of ${Object.keys(kinds).join(', ')}`
  if (typeof name !== 'string' || name === '') return `has the name ${shown(name)}; it must be a text`
  if (typeof create !== 'function') return 'has no function `create`, which makes an instance of it'
  if (options !== undefined && !isStandardSchema(options))
    return 'has `options` that are no Standard Schema; give a schema of zod, valibot, arktype or another such library'
  return undefined
}

const shown = (value: unknown): string => (value === undefined ? 'undefined' : (JSON.stringify(value) ?? typeof value))

/** Schemas may be objects or functions (arktype). */
function isStandardSchema(value: unknown): value is StandardSchema {
  const standard = (value as { readonly '~standard'?: { readonly validate?: unknown } } | null)?.['~standard']
  return typeof standard?.validate === 'function'
}
