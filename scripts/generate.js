/** Writes every file that is generated from the sources; a test fails when one differs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generatedFiles } from '../packages/controller/dist/reference/files.js'

for (const [file, text] of Object.entries(generatedFiles)) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text(existsSync(file) ? readFileSync(file, 'utf8') : ''))
  console.log(file)
}
