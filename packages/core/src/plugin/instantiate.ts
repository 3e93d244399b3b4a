import { BirdWatchError, codeOf } from '../errors.js'
import { pathText } from '../path.js'
import type { Logger } from '../ports.js'
import { systemClock } from '../system-clock.js'
import type { PluginContext } from './context.js'
import type { Plugin, PluginKind, PluginPorts } from './define.js'
import type { InputOf, StandardIssue, StandardSchema } from './schema.js'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Shown at no options: a plugin without a schema takes none. */
const noOptions: StandardSchema = {
  '~standard': {
    version: 1,
    vendor: 'birdwatch',
    validate: value => {
      const [key] = Object.keys(value as object)
      return key === undefined ? { value } : { issues: [{ message: 'the plugin takes no options', path: [key] }] }
    },
  },
}

/** What a plugin gets where nobody says otherwise: tests, and tools that embed the engine. */
function contextOf(context: Partial<PluginContext>): PluginContext {
  return {
    instance: 'default',
    logger: silent,
    clock: systemClock,
    signal: new AbortController().signal,
    http: { timeoutMs: 10_000, concurrency: 10, maxResponseBytes: 2 ** 20, userAgent: 'birdwatch' },
    secret: async source => {
      throw new BirdWatchError('PLUGIN_SECRET_MISSING', `this host has no secrets, nor ${JSON.stringify(source)}`)
    },
    ...context,
  }
}

/**
 * Makes an instance of a plugin as a host does: the options are checked by its schema first. Rejects with
 * `PLUGIN_OPTIONS_INVALID` (whose `field` is the path of the option), `PLUGIN_CREATE_FAILED`, or `PLUGIN_INVALID` when what
 * `create` returns is not of contract 1.
 *
 * @param context what is left out has a default: silent logger, the system's clock, no secrets, 10 s for a request
 */
export async function instantiate<Kind extends PluginKind, Schema extends StandardSchema>(
  plugin: Plugin<Kind, Schema>,
  options: InputOf<Schema>,
  context: Partial<PluginContext> = {},
): Promise<PluginPorts[Kind]> {
  const checked = await check(plugin.options ?? noOptions, options)
  const port = await create(plugin, checked, contextOf(context))
  if (port?.contract === 1) return port
  const found = String((port as { contract?: unknown } | undefined)?.contract)
  throw new BirdWatchError('PLUGIN_INVALID', `made something of contract ${found}; it must be 1`)
}

async function check(schema: StandardSchema, options: unknown): Promise<unknown> {
  const result = await schema['~standard'].validate(options)
  if (result.issues === undefined) return result.value
  const [issue = { message: 'not valid' }] = result.issues
  const field = pathOf(issue)
  const message = field === '' ? issue.message : `${field}: ${issue.message}`
  throw new BirdWatchError('PLUGIN_OPTIONS_INVALID', message, { field, expected: issue.message })
}

/** A path may hold the keys themselves, or objects that hold them. */
const pathOf = ({ path = [] }: StandardIssue): string =>
  pathText(path.map(part => (typeof part === 'object' ? part.key : part)))

async function create<Kind extends PluginKind>(
  plugin: Plugin<Kind>,
  options: unknown,
  context: PluginContext,
): Promise<PluginPorts[Kind]> {
  try {
    return await plugin.create(options, context)
  } catch (error) {
    if (codeOf(error)?.startsWith('PLUGIN_')) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new BirdWatchError('PLUGIN_CREATE_FAILED', `could not be made: ${message}`, { cause: error })
  }
}
