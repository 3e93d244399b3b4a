import { describe, expect, it } from 'vitest'
import { type PrometheusOptions, settle } from './options.js'

const url = 'http://prometheus:9090'

describe('The URL', () => {
  it.each([
    ['http://p:9090', 'http://p:9090/api/v1/query'],
    ['http://p:9090/', 'http://p:9090/api/v1/query'],
    ['https://p/prometheus', 'https://p/prometheus/api/v1/query'],
    ['https://p/prometheus//', 'https://p/prometheus/api/v1/query'],
    ['https://p/thanos?dedup=true', 'https://p/thanos/api/v1/query?dedup=true'],
    ['https://p/#graph', 'https://p/api/v1/query'],
  ])('%s is asked at %s: a path prefix and a query string are kept.', (given, expected) => {
    expect(settle({ url: given }).queryUrl).toBe(expected)
  })

  it('is named in messages without its query string.', () => {
    expect(settle({ url: 'https://p/prefix/?key=private' }).place).toBe('Prometheus at https://p/prefix')
  })

  it.each(['', 'prometheus:9090', 'ftp://p', 'not a url', undefined, 5])('%s is refused.', given => {
    expect(() => settle({ url: given as string })).toThrow(/`url` must be/)
  })

  it('with credentials is refused, without repeating them.', () => {
    expect(() => settle({ url: 'http://me:private@p' })).toThrow('free of credentials; use `username` and `password`')
    expect(() => settle({ url: 'http://me:private@p' })).not.toThrow('private')
  })
})

describe('The options', () => {
  it('have defaults.', () => {
    expect(settle({ url })).toMatchObject({ timeoutMs: 10_000, maxResponseBytes: 1_048_576, concurrency: 10 })
  })

  it.each<[keyof PrometheusOptions, unknown]>([
    ['timeoutMs', 0],
    ['timeoutMs', 1.5],
    ['timeoutMs', 600_001],
    ['timeoutMs', '5s'],
    ['maxResponseBytes', 1023],
    ['concurrency', 0],
    ['concurrency', 1001],
    ['lagMs', -1],
    ['lagMs', Number.NaN],
  ])('are checked: %s can not be %s.', (field, value) => {
    expect(() => settle({ url, [field]: value })).toThrow(new RegExp(`\`${field}\` must be`))
  })

  it.each<[string, Partial<PrometheusOptions>]>([
    ['two tokens', { bearerToken: 'a', bearerTokenFile: '/b' }],
    ['a token and a user', { bearerToken: 'a', username: 'u', password: 'p' }],
    ['a token and a header', { bearerToken: 'a', headers: { authorization: 'b' } }],
    ['a user without a password', { username: 'u' }],
    ['a user with two passwords', { username: 'u', password: 'p', passwordFile: '/p' }],
    ['a password without a user', { password: 'p' }],
    ['two authorities', { ca: 'a', caFile: '/b' }],
  ])('that contradict each other are refused: %s.', (_, options) => {
    expect(() => settle({ url, ...options })).toThrow(TypeError)
  })

  it.each<[string, Partial<PrometheusOptions>]>([
    ['a token', { bearerToken: 'a' }],
    ['a file with a token', { bearerTokenFile: '/a' }],
    ['a user with a password', { username: 'u', password: 'p' }],
    ['a user with a file', { username: 'u', passwordFile: '/p' }],
    ['a header of its own', { headers: { Authorization: 'a' } }],
  ])('know these ways to authenticate: %s.', (_, options) => {
    expect(() => settle({ url, ...options })).not.toThrow()
  })
})
