import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { conformanceRules } from '../src/index.js'

const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8')

/** The rows of the table under a heading. */
const rowsUnder = (heading: string) => {
  const section = page.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
  const lines = section.split('\n').filter(line => line.startsWith('| `'))
  return lines.map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

test.each(Object.entries(conformanceRules))('The page of rules lists those of a %s, and no other', (port, rules) => {
  expect(rowsUnder(port)).toEqual(rules.map(({ code, title }) => [`\`${code}\``, title]))
})
