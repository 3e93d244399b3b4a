import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startPrometheus } from './prometheus.js'

test('a program that ends at once is told of', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const options = { program: process.execPath, directory, scrape: 'http://127.0.0.1:1' }
  await expect(startPrometheus(options)).rejects.toThrow('ended at once')
})
