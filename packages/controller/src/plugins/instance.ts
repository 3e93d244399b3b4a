import {
  BirdWatchError,
  type Clock,
  codeOf,
  type ErrorCode,
  instantiate,
  type Logger,
  messageOf,
  type PluginContext,
  type PluginKind,
  type PluginPorts,
  pathText,
  withDeadline,
} from '@birdwatch/core'
import type { Instance } from '../config/schema.js'
import { type SecretSources, secretFrom, withSecrets } from '../config/secrets.js'
import { version } from '../version.js'
import { isBuiltIn, loadPlugin, type PluginSources } from './load.js'
import { inNameOf, type Owner, owned, ownedSignal } from './owner.js'

/** Loading and making together may take this long: a plugin that waits for somebody at start must not hold up the rest. */
const makingMs = 30_000

/** The largest answer that plugins read, bytes, unless their options say otherwise. */
const maxResponseBytes = 2 ** 20

export interface Surroundings {
  readonly secrets: SecretSources
  readonly logger: Logger
  readonly clock: Clock
  /** Aborts when the controller stops. */
  readonly signal: AbortSignal
  /** Told what the plugin throws where nobody waits for it. */
  readonly stray: (error: unknown) => void
}

/**
 * One configured instance of a plugin. One that can not be made is kept, as what it is: its error is the answer to every
 * call, so that those who use it learn why, and everybody else is served. Every check tries to make it again.
 */
export class PluginInstance<Kind extends PluginKind> {
  #port: PluginPorts[Kind] | undefined
  #error: BirdWatchError | undefined

  /** @param path where it stands in the configuration, e.g. `['providers', 0]` */
  constructor(
    readonly instance: Instance,
    private readonly path: readonly PropertyKey[],
    private readonly sources: PluginSources<Kind>,
    private readonly surroundings: Surroundings,
  ) {}

  /** What was made; throws why it was not. */
  get port(): PluginPorts[Kind] {
    if (this.#port !== undefined) return this.#port
    throw this.#error ?? new BirdWatchError('PLUGIN_CREATE_FAILED', `${this.instance.name} is not made yet`)
  }

  /** What was made, or undefined. */
  get made(): PluginPorts[Kind] | undefined {
    return this.#port
  }

  /** Makes it, unless it is there; resolves either way. */
  async make(): Promise<void> {
    if (this.#port !== undefined) return
    const { clock, signal } = this.surroundings
    const late = () => new BirdWatchError('PLUGIN_CREATE_FAILED', `was not made within ${makingMs / 1000} s`)
    try {
      this.#port = await withDeadline({ ms: makingMs, late, signal, clock }, () => this.#create())
      this.#error = undefined
    } catch (error) {
      this.#error = this.#placed(error)
    }
  }

  /** Rejects with why it could not be made, or with what its own check says. */
  async check(signal: AbortSignal): Promise<void> {
    await this.make()
    const port = this.port as { readonly check?: (signal: AbortSignal) => Promise<void> }
    await port.check?.(signal)
  }

  async #create(): Promise<PluginPorts[Kind]> {
    const { type, options } = this.instance
    const { secrets, signal, stray } = this.surroundings
    const make = async (of: AbortSignal) =>
      instantiate(await loadPlugin(type, this.sources), withSecrets(options, secrets), this.#context(of))
    // What is built in is ours: its defects are, too. To remember whose everything is costs time.
    if (isBuiltIn(type, this.sources)) return make(signal)
    const owner: Owner = { stray }
    return owned(await inNameOf(owner, () => make(ownedSignal(signal, owner))), owner)
  }

  #context(signal: AbortSignal): PluginContext {
    const { name, timeoutSeconds, concurrency } = this.instance
    const { secrets, logger, clock } = this.surroundings
    return {
      instance: name,
      logger: named(logger, name),
      clock,
      signal,
      http: {
        timeoutMs: Math.round(timeoutSeconds * 1000),
        concurrency,
        maxResponseBytes,
        userAgent: `birdwatch/${version}`,
      },
      secret: async source => secretFrom(source, secrets),
    }
  }

  /** The error with the place in the configuration that has to be mended. */
  #placed(error: unknown): BirdWatchError {
    const { type } = this.instance
    const code: ErrorCode = codeOf(error) ?? 'PLUGIN_CREATE_FAILED'
    const message = messageOf(error)
    const { field = '' } = (error ?? {}) as { field?: string }
    const inOptions = code === 'PLUGIN_OPTIONS_INVALID' || code === 'PLUGIN_SECRET_MISSING'
    const options = `${pathText([...this.path, 'options'])}${field === '' || field.startsWith('[') ? '' : '.'}`
    const said = inOptions
      ? `${options}${field === '' ? ': ' : ''}${message}`
      : `${pathText([...this.path, 'type'])}: the plugin "${type}" ${message}`
    return new BirdWatchError(code, said, { cause: error, ...(field === '' ? {} : { field }) })
  }
}

/** Says in every line which instance it is from. */
function named(logger: Logger, plugin: string): Logger {
  const at = (level: keyof Logger) => (message: string, fields?: Record<string, unknown>) =>
    logger[level](message, { plugin, ...fields })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
