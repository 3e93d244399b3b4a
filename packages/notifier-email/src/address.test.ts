import { describe, expect, it } from 'vitest'
import { parseAddress } from './address.js'

describe('An address', () => {
  it.each([
    ['team@example.com', '', 'team@example.com'],
    ['Team <team@example.com>', 'Team', 'team@example.com'],
    ['<team@example.com>', '', 'team@example.com'],
    ['Bird Watch, Inc. <birdwatch+canary@mail.example.com>', 'Bird Watch, Inc.', 'birdwatch+canary@mail.example.com'],
    ['Überwachung <wächter@bücher.example>', 'Überwachung', 'wächter@bücher.example'],
    ['root@localhost', '', 'root@localhost'],
  ])('is read from %s.', (text, name, address) => {
    expect(parseAddress(text)).toEqual({ name, address })
  })

  it.each([
    '',
    'team',
    'team@',
    '@example.com',
    'team@example.com, boss@example.com',
    'team@example.com boss@example.com',
    'a@b@c',
    'Team <team@example.com> <boss@example.com>',
    'Team <team@example.com',
    '"Team" <team@example.com>',
    'team@example.com>\r\nRCPT TO:<boss@example.com',
    'Team\r\nBcc: boss@example.com <team@example.com>',
    'team\u0000@example.com',
    'team\u200b@example.com',
    'mailto:team@example.com',
    5,
    undefined,
    ['team@example.com'],
  ])('is not read from %j: nothing can be smuggled into a header or an envelope.', text => {
    expect(parseAddress(text)).toBeUndefined()
  })
})
