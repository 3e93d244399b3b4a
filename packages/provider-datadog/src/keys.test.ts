import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quote, readKeys } from './keys.js'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birdwatch-keys-'))
  file = join(folder, 'key')
})
afterEach(() => rm(folder, { recursive: true }))

describe('The keys of a request', () => {
  it('are those of the options.', async () => {
    expect(await readKeys({ apiKey: { value: 'a' }, appKey: { value: 'b' } })).toEqual({ apiKey: 'a', appKey: 'b' })
  })

  it('are read from their file each time, without the line end.', async () => {
    const sources = { apiKey: { file }, appKey: { value: 'b' } }
    await writeFile(file, 'first\n')
    const first = await readKeys(sources)
    await writeFile(file, 'second\n')
    const second = await readKeys(sources)

    expect([first.apiKey, second.apiKey]).toEqual(['first', 'second'])
  })

  it('can not be had from a file that is not there: the message names it.', async () => {
    await expect(readKeys({ apiKey: { value: 'a' }, appKey: { file } })).rejects.toMatchObject({
      code: 'METRIC_UNAUTHORIZED',
      message: `the key in ${file} can not be read (ENOENT); mount the file`,
    })
  })

  it.each(['', '\n', 'api_key: private', 'private\nprivate', 'privat\u00e9'])(
    'can not be had from a file that holds something else, which is not shown: %j.',
    async text => {
      await writeFile(file, text)

      const error = await readKeys({ apiKey: { file }, appKey: { value: 'b' } }).catch(e => e)

      expect(error).toMatchObject({
        code: 'METRIC_UNAUTHORIZED',
        message: `${file} does not hold a key; it must be the only text in the file`,
      })
    },
  )
})

describe('A quotation', () => {
  const keys = { apiKey: 'private-api', appKey: 'private-app' }

  it('shows no key.', () => {
    expect(quote('private-api and private-app, private-api', keys)).toBe('*** and ***, ***')
  })

  it('shows no key, wherever the server puts it.', () => {
    const piece = fc.oneof(fc.constantFrom(keys.apiKey, keys.appKey), fc.string())

    fc.assert(fc.property(fc.array(piece), pieces => !/private-(api|app)/.test(quote(pieces.join(''), keys))))
  })

  it('is one line, and not longer than a message can bear.', () => {
    expect(quote(' two\n\tlines ', keys)).toBe('two lines')
    expect(quote('x'.repeat(600), keys)).toBe(`${'x'.repeat(500)}…`)
  })

  it('shows no half of a key where it is cut.', () => {
    expect(quote(`${'x'.repeat(495)}private-api`, keys)).not.toContain('priv')
  })
})
