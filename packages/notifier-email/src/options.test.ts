import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type EmailOptions, settle } from './options.js'

const least = { host: 'mail.example.com', from: 'birdwatch@example.com', to: ['team@example.com'] }

describe('The options', () => {
  it('have defaults: encrypted by STARTTLS at port 587.', () => {
    expect(settle(least)).toMatchObject({
      port: 587,
      secure: false,
      requireTLS: true,
      from: { name: '', address: 'birdwatch@example.com' },
      to: [{ name: '', address: 'team@example.com' }],
      cc: [],
      tls: {},
      timeoutMs: 30_000,
      pool: 2,
      progress: false,
    })
  })

  it('take port and encryption from each other where one is left out.', () => {
    expect(settle({ ...least, port: 465 })).toMatchObject({ port: 465, secure: true })
    expect(settle({ ...least, secure: true })).toMatchObject({ port: 465, secure: true })
    expect(settle({ ...least, port: 465, secure: false })).toMatchObject({ port: 465, secure: false })
    expect(settle({ ...least, port: 2525 })).toMatchObject({ port: 2525, secure: false })
  })

  it('read the authority from its file.', () => {
    const folder = mkdtempSync(join(tmpdir(), 'birdwatch-mail-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const caFile = join(folder, 'ca.pem')
    writeFileSync(caFile, 'an authority')

    expect(settle({ ...least, tls: { caFile, servername: 'mail' } }).tls).toEqual({
      ca: 'an authority',
      servername: 'mail',
    })
    expect(settle({ ...least, tls: { ca: 'another' } }).tls).toEqual({ ca: 'another' })
  })

  it.each<[string, Partial<Record<keyof EmailOptions, unknown>>]>([
    ['host', { host: '' }],
    ['host', { host: 'smtp://mail.example.com' }],
    ['host', { host: 'mail.example.com\n' }],
    ['host', { host: undefined }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['port', { port: '587' }],
    ['secure', { secure: 'yes' }],
    ['requireTLS', { requireTLS: 0 }],
    ['progress', { progress: 'all' }],
    ['from', { from: 'birdwatch' }],
    ['from', { from: undefined }],
    ['to', { to: [] }],
    ['to', { to: 'team@example.com' }],
    ['to', { to: undefined }],
    ['to[1]', { to: ['team@example.com', 'boss'] }],
    ['cc', { cc: 'team@example.com' }],
    ['cc[0]', { cc: ['a@b\r\nBcc: c@d'] }],
    ['tls.ca', { tls: { ca: 'a', caFile: '/b' } }],
    ['tls.servername', { tls: { servername: '' } }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: 600_001 }],
    ['pool', { pool: 0 }],
    ['pool', { pool: 21 }],
    ['pool', { pool: true }],
    ['user', { user: 'birdwatch' }],
    ['user', { password: 'private' }],
    ['user', { user: 'birdwatch', password: 'private', passwordFile: '/private' }],
    ['user', { user: 'bird\r\nwatch', password: 'private' }],
    ['password', { user: 'birdwatch', password: '' }],
    ['passwordFile', { user: 'birdwatch', passwordFile: ' ' }],
  ])('are checked: `%s` of %j, and what is wrong is not repeated.', (field, wrong) => {
    const settled = () => settle({ ...least, ...wrong } as EmailOptions)

    expect(settled).toThrow(`E-mail notifier: \`${field}\` must be`)
    expect(settled).not.toThrow('private')
  })
})
