import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { crdYaml } from '../resource/crd.js'
import { program } from './program.js'

async function run(args: string[], env: Record<string, string> = {}) {
  let out = ''
  const failures: string[] = []
  const surroundings = {
    env,
    out: (text: string) => {
      out += text
    },
    fail: (message: string) => void failures.push(message),
  }
  await program(surroundings).parseAsync(args, { from: 'user' })
  return { out, failures }
}
function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'birdwatch-cli-')), 'file.yaml')
  writeFileSync(path, text)
  return path
}
const unreachable = file(`{ apiVersion: v1, kind: Config, current-context: x,
  clusters: [{ name: c, cluster: { server: 'http://127.0.0.1:1' } }], users: [{ name: u, user: {} }],
  contexts: [{ name: x, context: { cluster: c, user: u } }] }`)

describe('birdwatch crd', () => {
  it('prints the resource', async () => {
    expect((await run(['crd'])).out).toBe(crdYaml())
  })
})

describe('birdwatch controller', () => {
  it('tells of a bad configuration in one line', async () => {
    const config = file('htpp: {}')
    const { failures } = await run(['controller', '--config', config])
    expect(failures).toEqual([`${config}: htpp is not a known key; did you mean http?`])
  })

  it('tells of a kubeconfig that is not there in one line', async () => {
    const { failures } = await run(['controller', '--kubeconfig', '/nowhere/config'])
    expect(failures).toEqual([expect.stringMatching(/^Cannot load the kubeconfig \/nowhere\/config: [^\n]+$/)])
  })
})

describe('birdwatch abort-all', () => {
  it('tells of an API server that can not be reached in one line', async () => {
    const { failures } = await run(['abort-all', '--kubeconfig', unreachable])
    expect(failures).toEqual([expect.stringMatching(/^list \/apis\/otomato\.link[^\n]*ECONNREFUSED[^\n]+$/)])
  })
})

describe('birdwatch ready', () => {
  it.each([
    [200, 'ok', []],
    [503, 'not ready: services', [expect.stringContaining('answered 503: not ready: services')]],
  ])('asks the controller: %i', async (status, text, failures) => {
    const server = createServer((_, response) => response.writeHead(status).end(`${text}\n`)).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
    expect((await run(['ready', url])).failures).toEqual(failures)
  })

  it('tells that nothing listens in one line', async () => {
    const { failures } = await run(['ready', 'http://127.0.0.1:1/readyz'])
    expect(failures).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/readyz can not be asked: [^\n]+$/)])
  })
})
