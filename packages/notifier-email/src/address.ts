/** A mailbox, with the name of whom it belongs to, or an empty one. */
export interface Address {
  readonly name: string
  readonly address: string
}

/** No character that means something in a header or in the envelope of a message, and none that is not seen. */
const mailbox = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u
const named = /^([^\p{C}<>"\\]*)<([^<>]+)>$/u

/** The address in `team@example.com` or `Team <team@example.com>`, or undefined when there is none. */
export function parseAddress(text: unknown): Address | undefined {
  if (typeof text !== 'string') return undefined
  const [, name = '', address = text] = named.exec(text) ?? []
  return mailbox.test(address) ? { name: name.trim(), address } : undefined
}
