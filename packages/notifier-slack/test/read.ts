interface Text {
  readonly text: string
}

interface AnyBlock {
  readonly type: string
  readonly text?: Text
  readonly fields?: readonly Text[]
  readonly elements?: readonly Text[]
}

const decode = (text: string) =>
  text
    .replaceAll(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** A message as a person reads it: one paragraph per block, fields in one line. */
export function asRead(blocks: readonly unknown[]): string {
  const paragraphs = (blocks as AnyBlock[]).map(({ type, text, fields = [], elements = [] }) => {
    if (text) return type === 'header' ? `# ${text.text}` : text.text
    return [...fields.map(field => field.text.replace('\n', ' ')), ...elements.map(element => element.text)].join(' | ')
  })
  return decode(paragraphs.join('\n'))
}
