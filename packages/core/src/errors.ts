/** Every error of the engine and of its plugins: what it means, and whether trying again can help. */
// biome-ignore format: a table, one row per error.
export const errorCatalogue = {
  POLICY_INVALID: { retryable: false, meaning: 'A field of the policy is out of its bounds; `field`, `value` and `expected` say which.' },
  COMMAND_REFUSED: { retryable: false, meaning: 'The command is not possible in the present phase; the message says why.' },
  METRIC_UNREACHABLE: { retryable: true, meaning: 'The metric provider could not be reached, or answered with a server error.' },
  METRIC_TIMEOUT: { retryable: true, meaning: 'The metric provider did not answer in time.' },
  METRIC_THROTTLED: { retryable: true, meaning: 'The metric provider limits the rate of queries; `retryAfterMs` says how long to wait.' },
  METRIC_UNAUTHORIZED: { retryable: true, meaning: 'The metric provider refused the credentials.' },
  METRIC_QUERY_REFUSED: { retryable: false, meaning: 'The metric provider refused the query; its own words are in the message.' },
  METRIC_SEVERAL_SERIES: { retryable: false, meaning: 'The query returned several series where one number is needed; aggregate them.' },
  METRIC_NOT_A_NUMBER: { retryable: false, meaning: 'The query returned something that is not one number, such as a range or a string.' },
  METRIC_BAD_ANSWER: { retryable: true, meaning: 'The answer could not be understood: truncated, not JSON, redirected or of an unknown shape.' },
  METRIC_ANSWER_TOO_LARGE: { retryable: false, meaning: 'The answer was larger than the allowed size.' },
  TRAFFIC_STALE: { retryable: true, meaning: 'The traffic changed since it was observed; nothing was written.' },
  TRAFFIC_MISSING: { retryable: true, meaning: 'What should be routed with does not exist.' },
  TRAFFIC_UNUSABLE: { retryable: true, meaning: 'What was found cannot be used to shift traffic; nothing was written.' },
  TRAFFIC_REFUSED: { retryable: true, meaning: 'The write was answered with a refusal, by permission, schema or admission; nothing was written.' },
  TRAFFIC_UNREACHABLE: { retryable: true, meaning: 'The write was not answered; it may or may not have taken effect.' },
  NOTIFIER_UNREACHABLE: { retryable: true, meaning: 'The notification service could not be reached, or answered with a server error.' },
  NOTIFIER_TIMEOUT: { retryable: true, meaning: 'The notification service did not answer in time.' },
  NOTIFIER_THROTTLED: { retryable: true, meaning: 'The notification service limits the rate; `retryAfterMs` says how long to wait.' },
  NOTIFIER_UNAUTHORIZED: { retryable: true, meaning: 'The notification service refused the credentials.' },
  NOTIFIER_REFUSED: { retryable: false, meaning: 'The notification service refused the message; its own words are in the message.' },
  STORE_CONFLICT: { retryable: true, meaning: 'Another writer saved first; nothing was saved.' },
  STORE_REFUSED: { retryable: true, meaning: 'The save was answered with a refusal, by permission or schema; nothing was saved.' },
  STORE_UNREACHABLE: { retryable: true, meaning: 'The save was not answered; it may or may not have taken effect.' },
  PLUGIN_UNKNOWN: { retryable: false, meaning: 'There is no such plugin: neither built in, nor an installed package, nor a file.' },
  PLUGIN_UNLOADABLE: { retryable: false, meaning: 'The module of the plugin is there, and failed while it was loaded.' },
  PLUGIN_INVALID: { retryable: false, meaning: 'What a module exports, or its `create` returns, does not keep to the plugin contract.' },
  PLUGIN_WRONG_KIND: { retryable: false, meaning: 'The plugin is of another kind than is needed where it is named.' },
  PLUGIN_TOO_NEW: { retryable: false, meaning: 'The plugin was written for a newer version of the plugin contract.' },
  PLUGIN_OPTIONS_INVALID: { retryable: false, meaning: 'The schema of the plugin refuses an option; `field` is its path.' },
  PLUGIN_SECRET_MISSING: { retryable: true, meaning: 'A variable of the environment or a file that should hold a secret is not there, or is empty.' },
  PLUGIN_CREATE_FAILED: { retryable: false, meaning: 'The plugin threw while an instance of it was made; its own words are in the message.' },
  PLUGIN_SUSPENDED: { retryable: true, meaning: 'The plugin failed several times in a row and is not asked for a while; `retryAfterMs` says how long.' },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>

export type ErrorCode = keyof typeof errorCatalogue

export interface ErrorDetails {
  readonly cause?: unknown
  /** How long the other side asks us to wait, milliseconds. */
  readonly retryAfterMs?: number
  /** The field of the input that is wrong, e.g. `metrics[0].deviation`. */
  readonly field?: string
  readonly value?: unknown
  readonly expected?: string
}

/** Recognise it by `code`, never by `instanceof`: a plugin may have been built with another copy of this package. */
export class BirdWatchError extends Error {
  override readonly name = 'BirdWatchError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly field?: string
  readonly value?: unknown
  readonly expected?: string

  constructor(code: ErrorCode, message: string, { cause, ...details }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.retryable = errorCatalogue[code].retryable
    Object.assign(this, details)
  }
}

/** Makes the error of a call that was not answered within so many milliseconds. */
export const silence = (code: ErrorCode, ms: number) => () =>
  new BirdWatchError(code, `no answer within ${ms / 1000} s`)

/** The words of anything thrown: a plugin may throw a text, or nothing at all. */
export function messageOf(thrown: unknown): string {
  const { message = thrown } = (thrown ?? {}) as { message?: unknown }
  return String(message ?? 'an error without words')
}

/** The code of anything thrown, or undefined when it is none of ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : undefined
}
