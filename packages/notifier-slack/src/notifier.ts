import { createHash } from 'node:crypto'
import { levelOf, type Notice, type Notifier } from '@birdwatch/core'
import { type Call, createCall, type SlackAnswer } from './client.js'
import { messageOf } from './message.js'
import { type SlackOptions, settle } from './options.js'

/** A notifier that can also be asked, at start, whether Slack lets it in. */
export interface SlackNotifier extends Notifier {
  /** Resolves when Slack accepts the token; whether the app may post to the channel shows with the first message. */
  check(signal: AbortSignal): Promise<void>
}

/** Where the live message of a rollout is. */
type Handle = { readonly channel: string; readonly ts: string }

const isHandle = (value: unknown): value is Handle => {
  const { channel, ts } = (value ?? {}) as Partial<Handle>
  return typeof channel === 'string' && typeof ts === 'string'
}

/** Slack's words for a live message that can not be changed any more: a new one takes its place. */
const gone = new Set([
  'cant_update_message',
  'channel_not_found',
  'edit_window_closed',
  'is_archived',
  'message_not_found',
])

/** Said of a message that was posted before under the same `client_msg_id`, and deleted since. */
const delivered = new Set(['duplicate_message_not_found'])

/** Slack posts a message only once under the same id; made from the notice's, so that a repeated delivery has it again. */
function messageId(notice: Notice, role: 'parent' | 'reply'): string {
  const hash = createHash('sha256').update(`birdwatch/${role}/${notice.id}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

const handleOf = ({ channel, ts }: SlackAnswer): Handle | undefined => {
  const handle = { channel, ts }
  return isHandle(handle) ? handle : undefined
}

/**
 * Tells a Slack channel. Throws a `TypeError` that names the option which is wrong; deliveries reject with the `NOTIFIER_`
 * errors of the catalogue, none of which carries the token.
 */
export function createSlackNotifier(options: SlackOptions): SlackNotifier {
  const settings = settle(options)
  const call = createCall(settings)
  const live = settings.style === 'live'

  return {
    contract: 1,
    notify: async (notice, { handle, signal }) => {
      const message = messageOf(notice, settings.commandHint)
      const parent = live && isHandle(handle) ? { channel: handle.channel, ts: handle.ts } : undefined
      const kept = parent && (await update(call, parent, message, signal)) ? parent : undefined
      const at = kept ?? (await post(call, { channel: settings.channel, ...message }, notice, 'parent', signal))
      // After the update, not before: it can be repeated without harm when this fails.
      if (kept) await reply(call, kept, message, notice, signal)
      return live && at ? { handle: at } : {}
    },
    check: async signal => {
      await call('auth.test', {}, { signal })
    },
  }
}

/** True when the live message was there to be updated. */
async function update(call: Call, at: Handle, message: object, signal: AbortSignal): Promise<boolean> {
  const outcome = await call('chat.update', { ...at, ...message }, { signal, expecting: gone })
  return 'answer' in outcome
}

async function post(
  call: Call,
  message: object,
  notice: Notice,
  role: 'parent' | 'reply',
  signal: AbortSignal,
): Promise<Handle | undefined> {
  const args = { ...message, client_msg_id: messageId(notice, role), unfurl_links: false, unfurl_media: false }
  const outcome = await call('chat.postMessage', args, { signal, expecting: delivered })
  return 'answer' in outcome ? handleOf(outcome.answer) : undefined
}

/** Keeps what people must not miss: an edited message notifies nobody. */
async function reply(call: Call, { channel, ts }: Handle, message: object, notice: Notice, signal: AbortSignal) {
  const level = levelOf(notice.reason)
  if (level !== 'notice' && level !== 'alert') return
  await post(call, { ...message, channel, thread_ts: ts, reply_broadcast: level === 'alert' }, notice, 'reply', signal)
}
