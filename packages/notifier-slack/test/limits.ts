interface Text {
  readonly type: string
  readonly text: string
}

interface AnyBlock {
  readonly type: string
  readonly text?: Text
  readonly fields?: readonly Text[]
  readonly elements?: readonly Text[]
}

const within = (what: string, length: number, min: number, max: number) =>
  length < min || length > max ? `${what} is ${length} long, must be ${min} to ${max}` : undefined

const limitsOfBlock = ({ type, text, fields, elements }: AnyBlock): (string | undefined)[] => [
  type === 'header' && text?.type !== 'plain_text' ? 'a header must be plain text' : undefined,
  text && within(`text of ${type}`, text.text.length, 1, type === 'header' ? 150 : 3000),
  fields && within('fields', fields.length, 1, 10),
  ...(fields ?? []).map(field => within('field', field.text.length, 1, 2000)),
  elements && within('elements', elements.length, 1, 10),
  ...(elements ?? []).map(element => within('element', element.text.length, 1, 2000)),
]

/** The first limit of Slack's documentation that a call breaks, in Slack's place. */
export function limitsBroken({ text, blocks }: Readonly<Record<string, unknown>>): string | undefined {
  if (blocks === undefined) return undefined
  const all = blocks as AnyBlock[]
  const broken = [
    within('text', String(text).length, 1, 4000),
    within('blocks', all.length, 1, 50),
    ...all.flatMap(limitsOfBlock),
  ]
  return broken.find(sentence => sentence !== undefined)
}
