import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pathText } from '@birdwatch/core'
import { ConfigurationError } from '../config/error.js'
import type { Instance } from '../config/schema.js'
import { type SecretSources, withSecrets } from '../config/secrets.js'
import type { Plugin, PluginContext } from './plugin.js'

export interface PluginSources<Port> {
  /** The plugins that need no loading, by their `type`. */
  readonly builtIn: Readonly<Record<string, Plugin<Port>>>
  readonly secrets: SecretSources
  /** Where packages and relative paths are looked for (default: the working directory). */
  readonly directory?: string
}

/**
 * Makes one configured instance. A plugin is a module whose default export is a `PluginFactory`, and which may export
 * the schema of its options as `options`. Throws a `ConfigurationError` that names the instance.
 *
 * @param path where the instance stands in the configuration, e.g. `['providers', 0]`
 */
export async function createInstance<Port extends { readonly contract: 1 }>(
  instance: Instance,
  path: readonly PropertyKey[],
  sources: PluginSources<Port>,
): Promise<Port> {
  const { name, type, timeoutSeconds, concurrency } = instance
  const plugin = sources.builtIn[type] ?? (await load<Port>(type, [...path, 'type'], sources))
  const written = withSecrets(instance.options, [...path, 'options'], sources.secrets)
  const options = await checked(written, plugin, [...path, 'options'])
  const port = await create(plugin, options, { name, timeoutMs: Math.round(timeoutSeconds * 1000), concurrency }, path)
  if (port?.contract === 1) return port
  throw new ConfigurationError(
    `${pathText([...path, 'type'])} is "${type}", whose contract is ${String(port?.contract)}; this controller knows contract 1`,
  )
}

async function load<Port>(
  type: string,
  path: readonly PropertyKey[],
  { builtIn, directory = process.cwd() }: PluginSources<Port>,
): Promise<Plugin<Port>> {
  const known = Object.keys(builtIn).join(', ')
  let module: { default?: unknown; options?: Plugin<Port>['options'] }
  try {
    module = await import(locate(type, directory))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
    const why = missing ? 'no such module is installed' : `it can not be loaded: ${(error as Error).message}`
    throw new ConfigurationError(
      `${pathText(path)} is "${type}"; ${why}. Known types: ${known}, the name of an installed package, or the path of a module`,
    )
  }
  if (typeof module.default !== 'function')
    throw new ConfigurationError(
      `${pathText(path)} is "${type}"; its default export must be a function that makes the plugin`,
    )
  return { create: module.default as Plugin<Port>['create'], ...(module.options ? { options: module.options } : {}) }
}

/** A path is taken from `directory`; a package from there too, or else from what the controller itself depends on. */
function locate(type: string, directory: string): string {
  if (isAbsolute(type) || type.startsWith('.'))
    return pathToFileURL(isAbsolute(type) ? type : join(directory, type)).href
  try {
    return pathToFileURL(createRequire(join(directory, 'x.js')).resolve(type)).href
  } catch {
    return type
  }
}

async function checked<Port>(
  options: Record<string, unknown>,
  { options: schema }: Plugin<Port>,
  path: readonly PropertyKey[],
): Promise<Record<string, unknown>> {
  if (schema === undefined) return options
  const result = await schema['~standard'].validate(options)
  if (result.issues === undefined) return result.value as Record<string, unknown>
  const [{ message, path: inside = [] } = { message: 'not valid' }] = result.issues
  const keys = inside.map(key => (typeof key === 'object' ? key.key : key))
  throw new ConfigurationError(`${pathText([...path, ...keys])}: ${message}`)
}

async function create<Port>(
  { create }: Plugin<Port>,
  options: Record<string, unknown>,
  context: PluginContext,
  path: readonly PropertyKey[],
): Promise<Port> {
  try {
    return await create(options, context)
  } catch (error) {
    throw new ConfigurationError(`${pathText([...path, 'options'])}: ${(error as Error).message}`)
  }
}
