const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** As many pieces as fit into `limit`, counted as Slack counts; an ellipsis where some do not. */
function cap(pieces: readonly string[], limit: number): string {
  let length = 0
  let fitting = 0
  for (const [index, piece] of pieces.entries()) {
    length += piece.length
    if (length < limit) fitting = index + 1
    if (length > limit) return `${pieces.slice(0, fitting).join('')}…`
  }
  return pieces.join('')
}

/** A text from outside where Slack parses nothing, in one line. */
export const plain = (text: string, limit: number): string => cap([...text.replaceAll(/\s+/g, ' ')], limit)

/** A text from outside as mrkdwn: the characters by which mentions and links begin are escaped. */
export const mrkdwn = (text: string, limit = 3000): string =>
  cap(
    [...text].map(character => entities[character] ?? character),
    limit,
  )

/** As many of the lines as fit into `limit`, and how many do not. */
export function lines(all: readonly string[], limit = 3000): string {
  const fitting: string[] = []
  // Leaves room for the last line.
  let room = limit - 30
  for (const line of all) {
    room -= line.length + 1
    if (room < 0) return [...fitting, `… and ${all.length - fitting.length} more`].join('\n')
    fitting.push(line)
  }
  return fitting.join('\n')
}
