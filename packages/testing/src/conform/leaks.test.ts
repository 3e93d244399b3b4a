import { describe, expect, it } from 'vitest'
import { leakIn } from './leaks.js'

const secret = 's3cr3t token'
const find = (error: unknown) => leakIn(error, [secret])

describe('leakIn', () => {
  it('finds nothing in an error that carries no secret.', () => {
    expect(find(new Error('refused', { cause: { status: 401 } }))).toBeUndefined()
  })

  it('finds a secret in the message, and in the stack that repeats it.', () => {
    expect(find(new Error(`token ${secret} refused`))).toMatch(/^error\.(message|stack)$/)
  })

  it('finds a secret down the chain of causes.', () => {
    const error = new Error('a', { cause: new Error('b', { cause: { note: secret } }) })

    expect(find(error)).toBe('error.cause.cause.note')
  })

  it('finds a secret in properties that JSON does not show.', () => {
    const error = Object.defineProperty(new Error('a'), 'request', { enumerable: false, value: { header: secret } })

    expect(find(error)).toBe('error.request.header')
  })

  it('finds a secret under a symbol, in a map, in a buffer and in a key.', () => {
    expect(find({ [Symbol('kHeaders')]: [secret] })).toBe('error.Symbol(kHeaders).0')
    expect(find(new Map([['authorization', secret]]))).toBe('error.entries.0.1')
    expect(find({ body: new TextEncoder().encode(secret) })).toBe('error.body')
    expect(find({ [secret]: 1 })).toBe('a key of error')
  })

  it('finds a secret that was encoded for a URL or for basic authentication.', () => {
    expect(find({ url: `/?token=${encodeURIComponent(secret)}` })).toBe('error.url')
    expect(find({ header: `Basic ${btoa(secret)}` })).toBe('error.header')
  })

  it('survives cycles and getters that throw.', () => {
    const error: { self?: unknown } = Object.defineProperty({}, 'bad', {
      get: () => {
        throw new Error('no')
      },
    })
    error.self = error

    expect(find(error)).toBeUndefined()
  })

  it('takes an empty secret for none.', () => {
    expect(leakIn(new Error('anything'), [''])).toBeUndefined()
  })
})
