import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { prometheusOnPath, startPrometheus } from './prometheus.js'

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'birdwatch-test-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

test('finds the program that a shell would find', () => {
  const [empty, full] = [directory(), directory()]
  writeFileSync(join(full, 'prometheus'), '')
  expect(prometheusOnPath(full)).toBeUndefined()
  chmodSync(join(full, 'prometheus'), 0o755)
  expect(prometheusOnPath([empty, '', full].join(delimiter))).toBe(join(full, 'prometheus'))
  expect(prometheusOnPath(empty)).toBeUndefined()
})

test('a program that ends at once is told of', async () => {
  const options = { program: process.execPath, directory: directory(), scrape: 'http://127.0.0.1:1' }
  await expect(startPrometheus(options)).rejects.toThrow('ended at once')
})
