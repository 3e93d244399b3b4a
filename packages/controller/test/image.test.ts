import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crdYaml } from '../src/resource/crd.js'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../image/assemble.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'birdwatch-image-'))
const app = join(directory, 'app')

/** Runs the program of the image, where nothing of the project is near. */
const birdwatch = (...args: string[]) =>
  run(process.execPath, [join(app, 'bin/birdwatch.js'), ...args], { cwd: directory, env: {} })

const assemble = () => run(process.execPath, [script, directory])

function contents(): Record<string, string> {
  const files = readdirSync(app, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return Object.fromEntries(files.map(({ parentPath, name }) => [join(parentPath, name), hash(join(parentPath, name))]))
}

beforeAll(assemble, 120_000)
afterAll(() => rmSync(directory, { recursive: true }))

describe('What the image holds', () => {
  it('runs without the project', async () => {
    expect((await birdwatch('--help')).stdout).toContain('abort-all')
    expect((await birdwatch('crd')).stdout).toBe(crdYaml())
  }, 60_000)

  it('holds the plugins that are loaded on demand', async () => {
    const kubeconfig = join(directory, 'kubeconfig')
    writeFileSync(kubeconfig, JSON.stringify(unreachable))
    const config = join(directory, 'config.yaml')
    writeFileSync(config, JSON.stringify(everyPlugin))
    const ran = birdwatch('controller', '--config', config, '--kubeconfig', kubeconfig)
    await expect(ran).rejects.toMatchObject({ stderr: expect.stringMatching(/^birdwatch: get .*ECONNREFUSED/m) })
  }, 60_000)

  it('is the same when it is assembled again', async () => {
    const first = contents()
    await assemble()
    expect(contents()).toEqual(first)
  }, 120_000)

  it('names every package with its licence', () => {
    const { components } = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8'))
    const names = components.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['@birdwatch/core', '@kubernetes/client-node', 'pino', 'zod']))
    expect(JSON.stringify(components)).not.toContain('unknown')
    const licences = readFileSync(join(app, 'licences.txt'), 'utf8')
    for (const name of names) expect(licences).toContain(name)
  })
})

const unreachable = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'x',
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
}

const everyPlugin = {
  providers: [
    { name: 'main', type: 'prometheus' },
    { name: 'dog', type: 'datadog', options: { apiKey: 'a', appKey: 'b' } },
  ],
  notifiers: [
    { name: 'chat', type: 'slack', options: { token: 'xoxb-1', channel: '#a' } },
    { name: 'mail', type: 'email', options: { host: 'localhost', from: 'a@example.org', to: ['b@example.org'] } },
  ],
}
