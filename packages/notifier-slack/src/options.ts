import type { CommandName, Notice } from '@birdwatch/core'

/** How to reach a Slack channel, and how messages look in it. */
export interface SlackOptions {
  /** A bot token (`xoxb-…`) with the scope `chat:write`; never shown in an error or a log. */
  readonly token: string
  /** The channel's id (`C…`), or its name; the app must have been invited. An id survives a renaming. */
  readonly channel: string
  /** Where the Web API is (default `https://slack.com/api/`). */
  readonly apiUrl?: string
  /** How long one call may take, milliseconds, 1..600000 (default 10000). */
  readonly timeoutMs?: number
  /**
   * `live` (default): one message per rollout that is kept up to date, with notices and alerts in its thread, alerts also
   * in the channel. `plain`: every notice is a message of its own, and none is ever changed.
   */
  readonly style?: 'live' | 'plain'
  /**
   * How to give a command, shown below a message that asks for one, e.g.
   * `command => 'kubectl annotate birdwatch aleph otomato.link/command=' + command`; undefined leaves a command out.
   */
  readonly commandHint?: (command: CommandName, notice: Notice) => string | undefined
}

/** The options with their defaults filled in. */
export type Settings = SlackOptions & Required<Pick<SlackOptions, 'apiUrl' | 'timeoutMs' | 'style'>>

function demand(holds: boolean, field: keyof SlackOptions, expected: string): void {
  // The value is not shown: it may be the token.
  if (!holds) throw new TypeError(`Slack notifier: \`${field}\` must be ${expected}`)
}

const isText = (value: unknown) => typeof value === 'string' && value.trim() === value && value !== ''

/** Throws a `TypeError` that names the option which is wrong. */
export function settle(options: SlackOptions): Settings {
  const { token, channel, apiUrl = 'https://slack.com/api/', timeoutMs = 10_000, style = 'live' } = options
  demand(isText(token), 'token', 'a bot token such as xoxb-…, without spaces or line ends around it')
  demand(isText(channel), 'channel', "a channel's id or name")
  demand(URL.canParse(apiUrl) && /^https?:/.test(apiUrl), 'apiUrl', 'an http or https URL')
  demand(
    Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= 600_000,
    'timeoutMs',
    'a whole number from 1 to 600000',
  )
  demand(style === 'live' || style === 'plain', 'style', '`live` or `plain`')
  return { ...options, apiUrl, timeoutMs, style }
}
