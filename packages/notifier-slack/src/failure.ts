import { BirdWatchError, type ErrorCode } from '@birdwatch/core'
import { ErrorCode as SlackErrorCode, type WebAPICallError } from '@slack/web-api'

/** What Slack calls a refusal of the credentials. */
const unauthorized = new Set([
  'access_denied',
  'account_inactive',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
])

/** What Slack calls its own trouble. */
const outage = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable', 'team_added_to_org'])

const throttled = new Set(['message_limit_exceeded', 'rate_limited', 'ratelimited'])

/** What to do about a refusal, where Slack's word for it is not enough. */
const advice: Readonly<Record<string, string>> = {
  channel_not_found: 'check `channel`, and invite the app if it is private',
  not_in_channel: 'invite the app to the channel',
  is_archived: 'the channel is archived, give another `channel`',
  restricted_action: 'a setting of the workspace keeps the app from posting there',
  missing_scope: 'give the app the scope chat:write and install it again',
  invalid_auth: 'check `token`',
  not_authed: 'check `token`',
  token_revoked: 'the token was revoked, give a new `token`',
  token_expired: 'the token has expired, give a new `token`',
  account_inactive: 'the token belongs to an app or a workspace that is gone, give a new `token`',
}

const fail = (code: ErrorCode, message: string, retryAfterMs?: number) =>
  new BirdWatchError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs })

/** The word by which Slack refused a call, or undefined when it did not. */
export function refusalOf(error: unknown): string | undefined {
  const { code, data } = error as Partial<{ code: string; data: { error?: unknown } }>
  const word = code === SlackErrorCode.PlatformError ? data?.error : undefined
  // The client puts an answer that is no JSON in the same place.
  return typeof word === 'string' && /^[a-z0-9_]{1,80}$/.test(word) ? word : undefined
}

function refused(word: string): BirdWatchError {
  const what = `Slack refused the call: ${word}${advice[word] ? `; ${advice[word]}` : ''}`
  if (unauthorized.has(word)) return fail('NOTIFIER_UNAUTHORIZED', what)
  if (throttled.has(word)) return fail('NOTIFIER_THROTTLED', what)
  if (outage.has(word)) return fail('NOTIFIER_UNREACHABLE', `Slack has trouble of its own: ${word}`)
  return fail('NOTIFIER_REFUSED', what)
}

/** The code of the failure on the network, however deep the client and `fetch` have wrapped it. */
function networkCode(error: unknown, depth = 0): string {
  const { code, name, cause, original } = (error ?? {}) as Record<'code' | 'name' | 'cause' | 'original', unknown>
  const inner = depth < 5 ? (original ?? cause) : undefined
  if (inner !== undefined) return networkCode(inner, depth + 1)
  return typeof code === 'string' ? code : String(name ?? 'an unknown error')
}

/**
 * The catalogue's error for what the client threw. The client's own error is dropped: parts of the request may hang on it.
 * `status` is that of the last answer, for the one case of which the client keeps only a sentence.
 */
export function failureOf(
  error: unknown,
  { status, timeoutMs }: { status?: number; timeoutMs: number },
): BirdWatchError {
  const word = refusalOf(error)
  if (word !== undefined) return refused(word)
  const known = error as Partial<WebAPICallError>
  if (known.code === SlackErrorCode.RateLimitedError) {
    const { retryAfter = 0 } = known as { retryAfter?: number }
    return fail('NOTIFIER_THROTTLED', `Slack limits the rate: try again in ${retryAfter} s`, 1000 * retryAfter)
  }
  if (status === 429) return fail('NOTIFIER_THROTTLED', 'Slack limits the rate, and does not say for how long')
  if (status !== undefined && status !== 200) {
    return fail('NOTIFIER_UNREACHABLE', `Slack answered HTTP ${status}; unless it has an outage, check \`apiUrl\``)
  }
  const code = networkCode(error)
  if (code === 'TimeoutError') {
    return fail('NOTIFIER_TIMEOUT', `Slack did not answer within ${timeoutMs} ms (\`timeoutMs\`)`)
  }
  if (status === 200)
    return fail('NOTIFIER_UNREACHABLE', "Slack's answer was cut off, or is none of Slack; check `apiUrl`")
  return fail('NOTIFIER_UNREACHABLE', `Slack could not be reached: ${code}`)
}
