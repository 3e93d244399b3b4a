import { describe, expect, it } from 'vitest'
import { type DatadogOptions, settle } from './options.js'

const keys = { apiKey: 'private-api', appKey: 'private-app' }
const nothing = {}

describe('The place that is asked', () => {
  it.each([
    [nothing, 'https://api.datadoghq.com'],
    [{ site: 'datadoghq.eu' }, 'https://api.datadoghq.eu'],
    [{ site: 'us3.datadoghq.com' }, 'https://api.us3.datadoghq.com'],
    [{ baseUrl: 'http://proxy:8080' }, 'http://proxy:8080'],
    [{ baseUrl: 'https://proxy/datadog/' }, 'https://proxy/datadog'],
  ])('of %j is %s: the API of the site, or the given one with its path.', (options, expected) => {
    expect(settle({ ...keys, ...options }, nothing)).toMatchObject({
      baseUrl: expected,
      place: `Datadog at ${expected}`,
    })
  })

  it('is of the site in the environment when no option says otherwise.', () => {
    const environment = { DD_SITE: 'ap1.datadoghq.com' }

    expect(settle(keys, environment).baseUrl).toBe('https://api.ap1.datadoghq.com')
    expect(settle({ ...keys, site: 'datadoghq.eu' }, environment).baseUrl).toBe('https://api.datadoghq.eu')
    expect(settle({ ...keys, baseUrl: 'http://proxy' }, environment).baseUrl).toBe('http://proxy')
  })

  it.each<[keyof DatadogOptions, unknown]>([
    ['site', 'https://app.datadoghq.eu'],
    ['site', 'datadoghq'],
    ['site', 'datadoghq.com/api'],
    ['site', 'datadoghq.com\n'],
    ['site', 5],
    ['baseUrl', 'api.datadoghq.eu'],
    ['baseUrl', 'ftp://api.datadoghq.eu'],
    ['baseUrl', 'https://me:private@proxy'],
    ['baseUrl', 'https://proxy?key=private'],
    ['baseUrl', 5],
  ])('can not be made of %s %j.', (field, value) => {
    expect(() => settle({ ...keys, [field]: value }, nothing)).toThrow(new RegExp(`\`${field}\` must be`))
  })

  it('can not be given twice.', () => {
    expect(() => settle({ ...keys, site: 'datadoghq.eu', baseUrl: 'http://proxy' }, nothing)).toThrow(
      '`site` must be left out',
    )
  })
})

describe('The keys', () => {
  it('come from the options, from files, or from the environment, in this order.', () => {
    const environment = { DD_API_KEY: 'env-api', DD_APP_KEY: 'env-app' }

    expect(settle({ apiKey: 'a', appKeyFile: '/b' }, environment)).toMatchObject({
      apiKey: { value: 'a' },
      appKey: { file: '/b' },
    })
    expect(settle(nothing, environment)).toMatchObject({ apiKey: { value: 'env-api' }, appKey: { value: 'env-app' } })
  })

  it.each<[string, string, DatadogOptions]>([
    ['no API key', 'apiKey', { appKey: 'b' }],
    ['no application key', 'appKey', { apiKey: 'a' }],
    ['an empty one', 'apiKey', { apiKey: '', appKey: 'b' }],
    ['one with a line end', 'appKey', { apiKey: 'a', appKey: 'private\n' }],
    ['one that fits into no header', 'appKey', { apiKey: 'a', appKey: 'privaté' }],
    ['two of a kind', 'apiKey', { apiKey: 'a', apiKeyFile: '/a', appKey: 'b' }],
    ['a file without a name', 'apiKeyFile', { apiKeyFile: '', appKey: 'b' }],
  ])('are refused, unshown: %s.', (_, field, options) => {
    expect(() => settle(options, nothing)).toThrow(new RegExp(`\`${field}\` must be`))
    expect(() => settle(options, nothing)).not.toThrow('privat')
  })
})

describe('The options', () => {
  it('have defaults.', () => {
    expect(settle(keys, nothing)).toMatchObject({
      windowSeconds: 60,
      aggregation: 'avg',
      lagMs: 30_000,
      timeoutMs: 10_000,
      maxResponseBytes: 1_048_576,
    })
  })

  it.each<[keyof DatadogOptions, unknown]>([
    ['windowSeconds', 0],
    ['windowSeconds', 1.5],
    ['windowSeconds', 86_401],
    ['aggregation', 'median'],
    ['aggregation', null],
    ['lagMs', -1],
    ['lagMs', Number.POSITIVE_INFINITY],
    ['timeoutMs', 0],
    ['timeoutMs', 600_001],
    ['timeoutMs', '5s'],
    ['maxResponseBytes', 1023],
  ])('are checked: %s can not be %s.', (field, value) => {
    expect(() => settle({ ...keys, [field]: value }, nothing)).toThrow(new RegExp(`\`${field}\` must be`))
  })
})
