import { type Logger, LogLevel, type WebAPICallResult, WebClient } from '@slack/web-api'
import { failureOf, refusalOf } from './failure.js'
import type { Settings } from './options.js'

/** An answer of Slack, as far as it is looked at. */
export interface SlackAnswer extends WebAPICallResult {
  readonly channel?: unknown
  readonly ts?: unknown
}

/** What a call brought: an answer, or one of the refusals that the caller said it can deal with. */
export type Outcome = { readonly answer: SlackAnswer } | { readonly refusal: string }

export type Call = (
  method: string,
  args: Record<string, unknown>,
  options: { readonly signal: AbortSignal; readonly expecting?: ReadonlySet<string> },
) => Promise<Outcome>

const quiet = () => {}

/** The client logs requests and answers at its whim; what is to be said, the host says. */
const silence: Logger = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  getLevel: () => LogLevel.ERROR,
  setName: quiet,
}

/** Calls methods of the Web API, once each: the host repeats, and knows the order. */
export function createCall({ token, apiUrl, timeoutMs }: Settings): Call {
  return async (method, args, { signal, expecting }) => {
    signal.throwIfAborted()
    let status: number | undefined
    // A client per call, because only through its `fetch` does it take a signal.
    const client = new WebClient(token, {
      slackApiUrl: apiUrl,
      timeout: timeoutMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: silence,
      fetch: async (url, init) => {
        const signals = init?.signal ? [init.signal, signal] : [signal]
        const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) })
        status = response.status
        return response
      },
    })
    try {
      return { answer: await client.apiCall(method, args) }
    } catch (error) {
      signal.throwIfAborted()
      const refusal = refusalOf(error)
      if (refusal !== undefined && expecting?.has(refusal)) return { refusal }
      throw failureOf(error, { timeoutMs, ...(status === undefined ? {} : { status }) })
    }
  }
}
