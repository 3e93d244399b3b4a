import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configured } from './configured.js'

const url = 'http://127.0.0.1:9090'

function read(yaml?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-configured-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'controller.yaml')
  if (yaml !== undefined) writeFileSync(file, yaml)
  const warnings: string[] = []
  const logger = { warn: (message: string) => void warnings.push(message) }
  const { providers } = configured(yaml === undefined ? undefined : file, url, logger)
  return { providers: providers.map(({ name, options }) => [name, options.url]), warnings }
}

test('the playground asks its own metrics, first of all', () => {
  expect(read()).toEqual({ providers: [['prometheus', url]], warnings: [] })
})

test('the providers of a file come after them', () => {
  const { providers, warnings } = read('providers: [{ name: own, type: ./own.mjs }]')
  expect(providers.map(([name]) => name)).toEqual(['prometheus', 'own'])
  expect(warnings).toEqual([])
})

test('one of the same name gives way, and that is said', () => {
  const { providers, warnings } = read(
    'providers: [{ name: prometheus, type: prometheus, options: { url: http://prod:9090 } }]',
  )
  expect(providers).toEqual([['prometheus', url]])
  expect(warnings).toEqual([expect.stringContaining('another name')])
})
