import type { Clock, Logger } from '../ports.js'

/** What a host gives to the instance of a plugin that it makes. */
export interface PluginContext {
  /** The name of the instance: the same plugin may be configured several times, under different names. */
  readonly instance: string
  /** Every line carries the name of the instance. */
  readonly logger: Logger
  /** Use it instead of `Date` and `setTimeout`, so that tests and simulations own the time. */
  readonly clock: Clock
  /** Aborts when the host stops: close connections, end timers. Every call has a signal of its own besides. */
  readonly signal: AbortSignal
  /** What the operator allows, for plugins that talk over HTTP. */
  readonly http: HttpDefaults
  /**
   * Reads a secret that may be renewed while the instance lives; ask for each request. Rejects with `PLUGIN_SECRET_MISSING`,
   * which names the place and never the value. A secret that does not change needs none of this: in the host's configuration
   * every option may be written as `{ env: NAME }` or `{ file: path }`, and the plugin gets the text from there.
   */
  readonly secret: (source: SecretSource) => Promise<string>
}

/** Where a secret is: in a variable of the environment, or in a file, of which spaces around the text do not count. */
export type SecretSource = { readonly env: string } | { readonly file: string }

export interface HttpDefaults {
  /** How long one request may take, milliseconds. The host enforces it; a plugin may pass it on to its server. */
  readonly timeoutMs: number
  /** How many requests the host lets through at once. */
  readonly concurrency: number
  /** The largest answer to read, bytes; reading it is the plugin's, and so is keeping to it. */
  readonly maxResponseBytes: number
  /** What to say as `user-agent`. */
  readonly userAgent: string
}
