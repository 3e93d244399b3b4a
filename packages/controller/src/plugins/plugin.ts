/** What the host tells a plugin about the instance that is made. */
export interface PluginContext {
  /** The name of the instance. */
  readonly name: string
  /** The deadline of one request, milliseconds; the host enforces it, and a plugin may pass it on to its server. */
  readonly timeoutMs: number
  /** How many requests the host lets through at once. */
  readonly concurrency: number
}

/** Makes one instance of a plugin from its options. */
export type PluginFactory<Port> = (options: Record<string, unknown>, context: PluginContext) => Port | Promise<Port>

/** A plugin that the host can make instances of. */
export interface Plugin<Port> {
  readonly create: PluginFactory<Port>
  /** Checks the options and fills in their defaults; left out, `create` gets them as they were written. */
  readonly options?: StandardSchema
}

/** The part of Standard Schema (standardschema.dev) that is used: zod, valibot, arktype and others implement it. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>
  }
}

type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
