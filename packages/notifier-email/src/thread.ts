import { createHash } from 'node:crypto'
import type { Json, Notice } from '@birdwatch/core'
import type { Settings } from './options.js'

/** The message that began the thread of a rollout. */
export type Handle = { readonly rolloutId: string; readonly messageId: string }

/** What makes mail programs show a rollout's messages together, and the same message once. */
export interface ThreadHeaders {
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: string
}

/** A hash, because anything may stand in the notice's id; the same one again for a message that is delivered again. */
function messageIdOf({ id }: Notice, { from }: Settings): string {
  const hash = createHash('sha256').update(`birdwatch/${id}`).digest('hex').slice(0, 32)
  return `<birdwatch.${hash}@${from.address.split('@')[1]}>`
}

/** A handle of this rollout's, and one that can stand in a header. */
function isHandle(value: Json | undefined, { rolloutId }: Notice): value is Handle {
  const { rolloutId: of, messageId } = (value ?? {}) as Partial<Record<keyof Handle, unknown>>
  return of === rolloutId && typeof messageId === 'string' && /^<[^\s\p{C}<>]+>$/u.test(messageId)
}

/** The headers of a notice's message, and the handle for the rollout's next one. */
export function threadOf(
  notice: Notice,
  handle: Json | undefined,
  settings: Settings,
): { readonly headers: ThreadHeaders; readonly handle: Handle } {
  const messageId = messageIdOf(notice, settings)
  const known = isHandle(handle, notice) && handle.messageId !== messageId ? handle : undefined
  if (known === undefined) return { headers: { messageId }, handle: { rolloutId: notice.rolloutId, messageId } }
  const { messageId: first } = known
  return { headers: { messageId, inReplyTo: first, references: first }, handle: known }
}
