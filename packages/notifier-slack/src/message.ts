import {
  type CommandName,
  figure,
  type Level,
  levelOf,
  type MetricNumbers,
  type Notice,
  type Reason,
  type ReasonCode,
  render,
} from '@birdwatch/core'
import { lines, mrkdwn, plain } from './mrkdwn.js'
import type { SlackOptions } from './options.js'

/** What is posted: blocks, and the text that notifications and screen readers take instead. */
export interface Message {
  readonly text: string
  readonly blocks: readonly Block[]
}

interface Text {
  readonly type: 'mrkdwn' | 'plain_text'
  readonly text: string
  /** Keeps Slack from making links out of names. */
  readonly verbatim?: true
}

export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text: Text }
  | { readonly type: 'section'; readonly fields: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }

const byLevel: Readonly<Record<Level, string>> = {
  silent: ':hourglass_flowing_sand:',
  progress: ':arrow_upper_right:',
  notice: ':information_source:',
  alert: ':rotating_light:',
}
const byReason: Partial<Record<ReasonCode, string>> = { promoted: ':white_check_mark:' }

/** What a person may command next; the sentences of the reasons name the same. */
function commandsFor(reason: Reason): readonly CommandName[] {
  switch (reason.code) {
    case 'unhealthy':
      return { rollback: ['retry'], freeze: ['resume', 'promote', 'abort'], none: ['abort'] }[
        reason.action
      ] as CommandName[]
    case 'dead_canary':
      return reason.action === 'none' ? ['abort'] : []
    case 'no_production':
      return ['resume', 'promote', 'abort']
    case 'paused_foreign':
      return ['resume', 'abort', 'promote']
    case 'paused':
      return reason.lock ? [] : ['resume']
    case 'holding_at_limit':
      return ['promote']
    case 'rolled_back':
      return ['retry']
    default:
      return []
  }
}

const verbatim = (text: string): Text => ({ type: 'mrkdwn', text, verbatim: true })
const section = (text: string): Block => ({ type: 'section', text: verbatim(text) })
const field = (label: string, value: string): Text => verbatim(`*${label}*\n${mrkdwn(value, 1900)}`)

function metricLine({ name, reading, baseline, allowed, verdict }: MetricNumbers): string {
  const found = reading === undefined ? 'no reading' : figure(reading)
  const before = baseline === undefined ? 'no baseline' : `baseline ${figure(baseline)}`
  return `• *${mrkdwn(name, 200)}*: ${found} (${before}, allowed ±${figure(allowed)}), ${mrkdwn(verdict, 100)}`
}

/** The moment in the time zone of whoever reads it. */
function when(ms: number): string {
  const iso = new Date(ms).toISOString().replace('T', ' ').slice(0, 19)
  return `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time_secs}|${iso} UTC>`
}

/** Renders a notice; everything that Slack limits is kept within its limits. */
export function messageOf(notice: Notice, commandHint: SlackOptions['commandHint']): Message {
  const { reason, snapshot } = notice
  const emoji = byReason[reason.code] ?? byLevel[levelOf(reason)]
  const text = render(reason)
  const { productionVersion = 'production', canaryVersion } = snapshot
  const versions = productionVersion === canaryVersion ? canaryVersion : `${productionVersion} → ${canaryVersion}`
  const hints = commandsFor(reason)
    .map(command => commandHint?.(command, notice))
    .filter(hint => hint !== undefined)
  const facts = [
    field('Service', snapshot.service),
    field('Versions', versions),
    field('Phase', snapshot.phase),
    field('Canary weight', `${figure(snapshot.weight)} %`),
  ]
  return {
    text: `${emoji} ${mrkdwn(`${snapshot.name}: ${text}`, 2900)}`,
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: `${emoji} ${plain(snapshot.name, 150 - emoji.length - 1)}` },
      },
      section(mrkdwn(text)),
      { type: 'section', fields: facts },
      ...(snapshot.metrics.length > 0 ? [section(lines(snapshot.metrics.map(metricLine)))] : []),
      ...(hints.length > 0 ? [section(lines(hints.map(hint => `\`${mrkdwn(hint, 1000)}\``)))] : []),
      { type: 'context', elements: [verbatim(`${when(snapshot.at)} · ${mrkdwn(notice.rolloutId, 200)}`)] },
    ],
  }
}
