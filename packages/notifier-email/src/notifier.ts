import { levelOf, type Notice, type Notifier } from '@birdwatch/core'
import type { SendMailOptions } from 'nodemailer'
import { asHtml } from './html.js'
import { letterOf } from './letter.js'
import { type EmailOptions, type Settings, settle } from './options.js'
import { pictureOf } from './picture.js'
import { asText } from './text.js'
import { type ThreadHeaders, threadOf } from './thread.js'
import { createTransport } from './transport.js'

/** A notifier that can also be asked, at start, whether the mail server lets it in. */
export interface EmailNotifier extends Notifier {
  /** Resolves when the server takes the connection and the login; whether it takes the recipients shows with the first message. */
  check(signal: AbortSignal): Promise<void>
  /** Ends the connections that are kept, after the messages on their way; they end by themselves within seconds. */
  close(): void
}

/** Steps are many, and mail can not be edited: but the last one, when a rollout ends, is for everybody. */
function isMailed({ reason, snapshot }: Notice, progress: boolean): boolean {
  const level = levelOf(reason)
  return (
    level === 'notice' || level === 'alert' || (level === 'progress' && (progress || snapshot.phase === 'RolledBack'))
  )
}

function mailOf(notice: Notice, thread: ThreadHeaders, { from, to, cc }: Settings): SendMailOptions {
  const letter = letterOf(notice)
  const imageId = `picture.${thread.messageId.slice(1, -1)}`
  const level = levelOf(notice.reason)
  return {
    from,
    to: [...to],
    cc: [...cc],
    ...thread,
    subject: letter.subject,
    // The notice's own time, so that a repeated delivery is the same message.
    date: new Date(notice.snapshot.at),
    priority: level === 'alert' ? 'high' : 'normal',
    headers: {
      // Keeps out-of-office assistants from answering.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      // For filters.
      'X-Birdwatch-Level': level,
      'X-Birdwatch-Reason': notice.reason.code,
    },
    text: asText(letter),
    html: asHtml(letter, imageId),
    attachments: [
      {
        cid: imageId,
        filename: 'rollout.png',
        contentType: 'image/png',
        contentDisposition: 'inline',
        content: pictureOf(notice.snapshot),
      },
    ],
  }
}

/**
 * Mails people. Throws a `TypeError` that names the option which is wrong; deliveries reject with the `NOTIFIER_` errors
 * of the catalogue, none of which carries the password.
 */
export function createEmailNotifier(options: EmailOptions): EmailNotifier {
  const settings = settle(options)
  const transport = createTransport(settings)

  return {
    contract: 1,
    notify: async (notice, { handle, signal }) => {
      if (!isMailed(notice, settings.progress)) return signal.throwIfAborted()
      const thread = threadOf(notice, handle, settings)
      const refused = await transport.send(mailOf(notice, thread.headers, settings), signal)
      // Not repeated: everybody else would get the message again.
      if (refused.length > 0)
        settings.logger?.warn('the mail server refused some recipients', { notice: notice.id, refused })
      return { handle: thread.handle }
    },
    check: signal => transport.verify(signal),
    close: () => transport.close(),
  }
}
