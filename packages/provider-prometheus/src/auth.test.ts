import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentials, quote } from './auth.js'

const url = 'http://prometheus:9090'
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birdwatch-auth-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('The credentials of a request', () => {
  it('are none, beside the headers that are given.', async () => {
    expect((await credentials({ url, headers: { 'X-Scope-OrgID': 'team' } })).headers).toEqual({
      'X-Scope-OrgID': 'team',
    })
  })

  it('are a bearer token.', async () => {
    expect((await credentials({ url, bearerToken: 'abc' })).headers).toEqual({ Authorization: 'Bearer abc' })
  })

  it('are a token from a file, without the line end, read again each time.', async () => {
    const bearerTokenFile = join(folder, 'token')
    await writeFile(bearerTokenFile, 'first\n')
    const first = await credentials({ url, bearerTokenFile })
    await writeFile(bearerTokenFile, 'second\n')
    const second = await credentials({ url, bearerTokenFile })

    expect(first.headers).toEqual({ Authorization: 'Bearer first' })
    expect(second.headers).toEqual({ Authorization: 'Bearer second' })
  })

  it('are a user name and a password, also from a file.', async () => {
    const passwordFile = join(folder, 'password')
    await writeFile(passwordFile, 'open sesame\n')
    const expected = { Authorization: `Basic ${Buffer.from('me:open sesame').toString('base64')}` }

    expect((await credentials({ url, username: 'me', password: 'open sesame' })).headers).toEqual(expected)
    expect((await credentials({ url, username: 'me', passwordFile })).headers).toEqual(expected)
  })

  it('can not be had from a file that is not there: the message names it.', async () => {
    const bearerTokenFile = join(folder, 'missing')

    await expect(credentials({ url, bearerTokenFile })).rejects.toMatchObject({
      code: 'METRIC_UNAUTHORIZED',
      message: `the credentials in ${bearerTokenFile} can not be read (ENOENT); mount the file`,
    })
  })
})

describe('A quotation', () => {
  it('shows no secret of the request, in any form in which it was sent.', async () => {
    const sent = await credentials({ url, username: 'me', password: 'open sesame', headers: { 'X-Key': 'key-12345' } })
    const pair = Buffer.from('me:open sesame').toString('base64')

    expect(quote(`no ${pair}, no open sesame, no key-12345, but me`, sent)).toBe('no ***, no ***, no ***, but me')
  })

  it('keeps ordinary words that are as short as a header may be.', async () => {
    const sent = await credentials({ url, headers: { 'X-Scope-OrgID': '1' } })

    expect(quote('1 of 10 shards', sent)).toBe('1 of 10 shards')
  })

  it('is one line, and not longer than a message can bear.', () => {
    expect(quote(' two\n\tlines ', { secrets: [] })).toBe('two lines')
    expect(quote('x'.repeat(600), { secrets: [] })).toBe(`${'x'.repeat(500)}…`)
  })
})
