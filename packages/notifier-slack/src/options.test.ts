import { describe, expect, it } from 'vitest'
import { type SlackOptions, settle } from './options.js'

const options = { token: 'xoxb-private', channel: 'C1' }

describe('The options', () => {
  it('have defaults.', () => {
    expect(settle(options)).toEqual({
      ...options,
      apiUrl: 'https://slack.com/api/',
      timeoutMs: 10_000,
      style: 'live',
    })
  })

  it.each<[keyof SlackOptions, unknown]>([
    ['token', ''],
    ['token', 'xoxb-private\n'],
    ['token', undefined],
    ['channel', ' '],
    ['channel', 5],
    ['apiUrl', 'slack.com'],
    ['apiUrl', 'ftp://slack.com'],
    ['timeoutMs', 0],
    ['timeoutMs', 1.5],
    ['timeoutMs', 600_001],
    ['style', 'loud'],
  ])('are checked: %s can not be %j.', (field, value) => {
    expect(() => settle({ ...options, [field]: value } as SlackOptions)).toThrow(new RegExp(`\`${field}\` must be`))
  })

  it('are not repeated in what is said about them.', () => {
    expect(() => settle({ ...options, token: 'xoxb-private ' })).not.toThrow('private')
  })
})
