import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findProgram } from './find-program.js'

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'birdwatch-test-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

test('finds the program that a shell would find', () => {
  const [empty, full] = [directory(), directory()]
  writeFileSync(join(full, 'tool'), '')
  expect(findProgram('tool', full)).toBeUndefined()
  chmodSync(join(full, 'tool'), 0o755)
  expect(findProgram('tool', [empty, '', full].join(delimiter))).toBe(join(full, 'tool'))
  expect(findProgram('tool', empty)).toBeUndefined()
})
