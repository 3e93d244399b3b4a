import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { crdYaml } from '../src/resource/crd.js'
import { startCluster } from './support/cluster.js'

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

  it('holds the plugins that are loaded on demand, and Node warns of none of what they bring', async () => {
    const api = await startCluster()
    const file = (name: string, content: object) => {
      writeFileSync(join(directory, name), JSON.stringify(content))
      return join(directory, name)
    }
    const args = ['--config', file('config.yaml', everyPlugin), '--kubeconfig', file('kubeconfig', cluster(api.url))]
    const program = [join(app, 'bin/birdwatch.js'), 'controller', '--no-leader-election', '--http-port', '0', ...args]
    const child = spawn(process.execPath, program, { cwd: directory, env: {} })
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        said += text
      })
    }
    // They are there, and ask somebody who is not.
    for (const name of ['main', 'dog', 'chat', 'mail'])
      await vi.waitFor(() => expect(said).toMatch(new RegExp(`"${name}".*can not be reached`)), { timeout: 80_000 })
    expect(said).not.toContain('can not be made')
    expect(said).not.toContain('DeprecationWarning')
  }, 90_000)

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

const cluster = (server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'x',
  clusters: [{ name: 'c', cluster: { server } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
})

const nowhere = 'http://127.0.0.1:9'
const [apiKey, appKey] = ['a', 'b'].map(letter => letter.repeat(32))
const everyPlugin = {
  providers: [
    { name: 'main', type: 'prometheus', options: { url: nowhere } },
    { name: 'dog', type: 'datadog', options: { baseUrl: nowhere, apiKey, appKey } },
  ],
  notifiers: [
    { name: 'chat', type: 'slack', options: { token: 'xoxb-1', channel: '#a', apiUrl: `${nowhere}/api/` } },
    {
      name: 'mail',
      type: 'email',
      options: { host: '127.0.0.1', port: 9, from: 'a@example.org', to: ['b@example.org'] },
    },
  ],
}
