import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned } from '../test/certificate.js'
import { startServer, type TestServer, vector } from '../test/server.js'
import { createPrometheusProvider } from './provider.js'

const at = 1_767_323_045_678
const { signal } = new AbortController()
const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(tls: { key: string; cert: string }): Promise<TestServer> {
  const server = await startServer(vector('1'), tls)
  cleanups.push(() => server.close())
  return server
}

describe('A server with TLS', () => {
  it('is asked when its authority is trusted, by text or by file.', async () => {
    const tls = selfSigned('Prometheus test')
    const folder = await mkdtemp(join(tmpdir(), 'birdwatch-prometheus-'))
    cleanups.push(() => rm(folder, { recursive: true }))
    const caFile = join(folder, 'ca.pem')
    await writeFile(caFile, tls.cert)
    const { url } = await serve(tls)

    const byText = await createPrometheusProvider({ url, ca: tls.cert }).query('up', { at, signal })
    const byFile = await createPrometheusProvider({ url, caFile }).query('up', { at, signal })

    expect([byText, byFile]).toMatchObject([{ value: 1 }, { value: 1 }])
  })

  it('is not asked when another one, or none, is trusted: the message says what to give.', async () => {
    const { url, asked } = await serve(selfSigned('Prometheus test'))
    const providers = [
      createPrometheusProvider({ url, ca: selfSigned('Another').cert }),
      createPrometheusProvider({ url }),
    ]

    const errors = await Promise.all(providers.map(provider => provider.query('up', { at, signal }).catch(e => e)))

    expect(errors).toMatchObject(
      providers.map(() => ({ code: 'METRIC_UNREACHABLE', message: expect.stringContaining('give `ca` or `caFile`') })),
    )
    expect(asked).toEqual([])
  })

  it('is asked unseen when the options say so.', async () => {
    const { url } = await serve(selfSigned('Prometheus test'))

    const sample = await createPrometheusProvider({ url, insecureSkipVerify: true }).query('up', { at, signal })

    expect(sample).toMatchObject({ value: 1 })
  })
})
