import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { BirdWatchError, codeOf, expectPlugin, messageOf, type Plugin, type PluginKind } from '@birdwatch/core'

/** The plugins of one kind that need no loading, by their `type`. */
export type BuiltIn<Kind extends PluginKind> = Readonly<Record<string, Plugin<Kind>>>

export interface PluginSources<Kind extends PluginKind> {
  readonly kind: Kind
  readonly builtIn: BuiltIn<Kind>
  /** Where packages and relative paths are looked for (default: the working directory). */
  readonly directory?: string
}

export const isBuiltIn = (type: string, { builtIn }: { readonly builtIn: object }): boolean =>
  Object.hasOwn(builtIn, type)

/**
 * Finds a plugin: one that is built in, or else the default export of a package or of a module at a path. Rejects with
 * `PLUGIN_UNKNOWN`, `PLUGIN_UNLOADABLE`, `PLUGIN_INVALID`, `PLUGIN_TOO_NEW` or `PLUGIN_WRONG_KIND`; each message goes on
 * from the words "the plugin".
 */
export async function loadPlugin<Kind extends PluginKind>(
  type: string,
  { kind, builtIn, directory = process.cwd() }: PluginSources<Kind>,
): Promise<Plugin<Kind>> {
  const known = isBuiltIn(type, { builtIn }) ? builtIn[type] : undefined
  return known ?? expectPlugin(await exported(type, directory, Object.keys(builtIn)), kind)
}

async function exported(type: string, directory: string, known: readonly string[]): Promise<unknown> {
  const place = placeOf(type, directory)
  if (place === undefined)
    throw new BirdWatchError(
      'PLUGIN_UNKNOWN',
      `is neither built in (${known.join(', ')}) nor an installed package; install it beside the controller, or give the path of a module`,
    )
  if (place.startsWith('file:') && !existsSync(fileURLToPath(place)))
    throw new BirdWatchError('PLUGIN_UNKNOWN', 'is no file')
  let module: Readonly<Record<string, unknown>>
  try {
    module = await import(place)
  } catch (error) {
    // The plugin's own words, or those of one that it imports.
    if (codeOf(error)?.startsWith('PLUGIN_')) throw error
    throw new BirdWatchError('PLUGIN_UNLOADABLE', `can not be loaded: ${messageOf(error)}`, { cause: error })
  }
  if (module.default !== undefined) return module.default
  throw new BirdWatchError('PLUGIN_INVALID', 'has no default export; it must be `export default definePlugin({ … })`')
}

/** A path is taken from `directory`; a package from there too, or else from what the controller itself depends on. */
function placeOf(type: string, directory: string): string | undefined {
  if (isAbsolute(type) || type.startsWith('.'))
    return pathToFileURL(isAbsolute(type) ? type : join(directory, type)).href
  for (const from of [join(directory, 'x.js'), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve(type)).href
    } catch {}
  }
  return undefined
}
