import type { Letter } from './letter.js'
import { pictureWidth, rowHeight } from './picture.js'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text from outside: nothing in it is markup. */
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, character => entities[character] ?? character)

// Mail programs know little of style sheets: tables, and styles on the elements themselves.
const page =
  'margin:0;padding:16px;font:14px/20px system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif;color:#1f2328'
const label = 'padding:0 16px 0 0;text-align:left;font-weight:normal;color:#59636e;white-space:nowrap'
const small = 'font-size:12px;color:#59636e'

const fact = ({ label: name, value }: Letter['facts'][number]) =>
  `<tr><th style="${label}">${escaped(name)}</th><td>${escaped(value)}</td></tr>`

/** The rows are as high as those of the picture, which stands beside all of them. */
function readingRows({ readings }: Letter, imageId: string): string {
  const height = `height:${rowHeight}px;line-height:${rowHeight}px;white-space:nowrap`
  const size = `width="${pictureWidth}" height="${rowHeight * readings.length}"`
  const alt = "The canary's weight, and each reading within or outside of its allowed deviation"
  const image = `<img src="cid:${imageId}" ${size} alt="${alt}" style="display:block">`
  const cell = `<td rowspan="${readings.length}" valign="top" style="padding:0 16px 0 0">${image}</td>`
  return readings
    .map(({ label: name, value }, row) => {
      const beside = row === 0 ? cell : ''
      return `<tr style="${height}"><th style="${label};${height}">${escaped(name)}</th>${beside}<td style="${height}">${escaped(value)}</td></tr>`
    })
    .join('\n')
}

/** The message as HTML, with the picture that is attached as `imageId`; nothing in it is fetched from anywhere. */
export function asHtml(letter: Letter, imageId: string): string {
  const { subject, name, sentence, facts, omitted, footer } = letter
  const table = '<table cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;margin:0 0 16px">'
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="${page}">
<p style="margin:0 0 8px;font-size:16px;font-weight:600">${escaped(name)}</p>
<p style="margin:0 0 16px">${escaped(sentence)}</p>
${table}
${facts.map(fact).join('\n')}
</table>
${table}
${readingRows(letter, imageId)}
</table>
${omitted === 0 ? '' : `<p style="margin:0 0 16px;${small}">… and ${omitted} more</p>`}
<p style="margin:0;${small}">${escaped(footer)}</p>
</body>
</html>
`
}
