import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedFiles } from '../src/reference/files.js'

const root = new URL('../../../', import.meta.url)

it.each(Object.entries(generatedFiles))(
  '%s is what is generated from the sources; if not: npm run generate',
  (file, text) => {
    const found = readFileSync(new URL(file, root), 'utf8')
    expect(found).toBe(text(found))
  },
)
