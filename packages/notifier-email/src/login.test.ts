import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quote, readLogin } from './login.js'
import { settle } from './options.js'

const least = { host: 'mail.example.com', from: 'birdwatch@example.com', to: ['team@example.com'] }
let folder: string
let passwordFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birdwatch-login-'))
  passwordFile = join(folder, 'password')
})
afterEach(() => rm(folder, { recursive: true }))

describe('The login', () => {
  it('is none without a user.', async () => {
    expect(await readLogin(settle(least))).toBeUndefined()
  })

  it('is that of the options, as it is.', async () => {
    expect(await readLogin(settle({ ...least, user: 'me', password: ' open sesame ' }))).toEqual({
      user: 'me',
      pass: ' open sesame ',
    })
  })

  it('is read from its file each time, without the line end.', async () => {
    const settings = settle({ ...least, user: 'me', passwordFile })
    await writeFile(passwordFile, 'first\n')
    const first = await readLogin(settings)
    await writeFile(passwordFile, 'second\n')
    const second = await readLogin(settings)

    expect([first?.pass, second?.pass]).toEqual(['first', 'second'])
  })

  it('can not be had from a file that is not there: the message names it.', async () => {
    await expect(readLogin(settle({ ...least, user: 'me', passwordFile }))).rejects.toMatchObject({
      code: 'NOTIFIER_UNAUTHORIZED',
      message: `the password in ${passwordFile} can not be read (ENOENT); mount the file`,
    })
  })
})

describe('A quotation', () => {
  const login = { user: 'me', pass: 'open sesame' }
  const base64 = (text: string) => Buffer.from(text).toString('base64')

  it.each(['open sesame', 'open%20sesame', base64('open sesame'), base64('\0me\0open sesame')])(
    'shows no password in any form in which it was sent: %s.',
    form => {
      expect(quote(`535 no <${form}>, me`, login)).toBe('535 no <***>, me')
    },
  )

  it('is one line without control characters, and not longer than a message can bear.', () => {
    expect(quote('550-two\r\n550 lines\u0007', undefined)).toBe('550-two 550 lines')
    expect(quote('x'.repeat(600), login)).toBe(`${'x'.repeat(500)}…`)
  })

  it('is not taken apart by an empty password.', () => {
    expect(quote('550 no', { user: 'me', pass: '' })).toBe('550 no')
  })
})
