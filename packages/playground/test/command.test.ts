import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { inTerminal } from './support/terminal.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 120_000 })

const root = fileURLToPath(new URL('../', import.meta.url))
const inRoot = (path: string) => join(root, path)
/** As `npm start` runs it. */
const command = ['--conditions=@birdwatch/source', '--import', 'tsx', 'src/cli.ts', '--stand-in']
const anyPorts = ['--port', '0', '--api-port', '0']

/** A directory of the test; the file in it claims that Node is a very old one. */
function directory(): { path: string; oldNode: string } {
  const path = mkdtempSync(join(tmpdir(), 'birdwatch-test-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  const oldNode = join(path, 'old-node.cjs')
  writeFileSync(
    oldNode,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })",
  )
  return { path, oldNode }
}

const lines = (text: string) => text.trim().split('\n')

test('Ctrl-C ends every process', async () => {
  const { said, interrupt, exited, isAlive } = inTerminal(process.execPath, [...command, ...anyPorts], { cwd: root })
  await until(() => said().includes('Ctrl-C ends everything.'))
  interrupt()
  expect(await exited).toBe(0)
  await until(() => !isAlive())
})

test.each([
  ['the command', 'bin/playground.js'],
  ['npm start', '../../scripts/prestart.js'],
])('%s tells a Node that is too old in one line', (_, script) => {
  const { status, stderr } = spawnSync(process.execPath, ['--require', directory().oldNode, inRoot(script)], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(lines(stderr)).toEqual([expect.stringContaining('20.19 or newer')])
})

test('npm start tells in one line where nothing can be written', () => {
  const options = { cwd: root, env: { ...process.env, TMPDIR: directory().oldNode }, encoding: 'utf8' } as const
  const { status, stderr } = spawnSync(process.execPath, [inRoot('../../scripts/prestart.js')], options)
  expect(status).toBe(1)
  expect(lines(stderr)).toEqual([expect.stringContaining('set TMPDIR')])
})

// Everything can be written by root.
test.skipIf(process.getuid?.() === 0)('npm start tells in one line that its folder can not be written to', () => {
  const { path } = directory()
  chmodSync(path, 0o555)
  onTestFinished(() => chmodSync(path, 0o755))
  const { status, stderr } = spawnSync(process.execPath, [inRoot('../../scripts/prestart.js')], {
    cwd: path,
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(lines(stderr)).toEqual([expect.stringContaining('can not be written to')])
})
