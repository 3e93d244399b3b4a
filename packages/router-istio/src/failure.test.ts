import { codeOf } from '@birdwatch/core'
import { describe, expect, test } from 'vitest'
import { virtualServiceRef } from '../test/fixtures.js'
import { failure, statusOf } from './failure.js'

const answered = (status: number, message = 'said the server') => Object.assign(new Error(message), { status })
const codeFor = (error: unknown) => codeOf(failure('patch', virtualServiceRef, error))

describe('what an answer means', () => {
  test.each([
    [200, 'TRAFFIC_UNREACHABLE'],
    [302, 'TRAFFIC_UNREACHABLE'],
    [404, 'TRAFFIC_MISSING'],
    [409, 'TRAFFIC_STALE'],
    [400, 'TRAFFIC_REFUSED'],
    [401, 'TRAFFIC_REFUSED'],
    [403, 'TRAFFIC_REFUSED'],
    [405, 'TRAFFIC_REFUSED'],
    [413, 'TRAFFIC_REFUSED'],
    [415, 'TRAFFIC_REFUSED'],
    [422, 'TRAFFIC_REFUSED'],
    [408, 'TRAFFIC_UNREACHABLE'],
    [429, 'TRAFFIC_UNREACHABLE'],
    [500, 'TRAFFIC_UNREACHABLE'],
    [502, 'TRAFFIC_UNREACHABLE'],
    [503, 'TRAFFIC_UNREACHABLE'],
    [504, 'TRAFFIC_UNREACHABLE'],
  ])('An answer with %d is %s.', (status, code) => {
    expect(codeFor(answered(status))).toBe(code)
  })

  test('An admission webhook that denies is a refusal, whatever the status.', () => {
    const denied = 'admission webhook "validation.istio.io" denied the request: weight must be >= 0'
    expect(codeFor(answered(400, denied))).toBe('TRAFFIC_REFUSED')
    expect(codeFor(answered(500, denied))).toBe('TRAFFIC_REFUSED')
  })

  test('An admission webhook that does not answer is a refusal: nothing was written.', () => {
    const failed = 'Internal error occurred: failed calling webhook "validation.istio.io": context deadline exceeded'
    expect(codeFor(answered(500, failed))).toBe('TRAFFIC_REFUSED')
  })

  test('A server that had no time did not refuse, whatever its words.', () => {
    expect(codeFor(answered(503, 'too many requests to webhooks'))).toBe('TRAFFIC_UNREACHABLE')
  })

  test('Without an answer nobody knows what was written.', () => {
    expect(codeFor(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))).toBe('TRAFFIC_UNREACHABLE')
    expect(codeFor('gone')).toBe('TRAFFIC_UNREACHABLE')
    expect(codeFor(undefined)).toBe('TRAFFIC_UNREACHABLE')
    expect(codeFor(null)).toBe('TRAFFIC_UNREACHABLE')
  })
})

test('The status may be called status or code.', () => {
  expect(statusOf({ status: 409 })).toBe(409)
  expect(statusOf({ code: 409 })).toBe(409)
  expect(statusOf({ status: 409, code: 'KUBE_CONFLICT' })).toBe(409)
  expect(statusOf({ code: 'ECONNRESET' })).toBeUndefined()
})

describe('what people are told', () => {
  test('The object, the verb and the words of the server are named.', () => {
    const { message } = failure('patch', virtualServiceRef, answered(422, 'spec.http is wrong'))
    expect(message).toBe('patch VirtualService default/aleph was answered with 422: spec.http is wrong.')
  })

  test('A message that ends with a full stop is given no second one.', () => {
    expect(failure('get', virtualServiceRef, answered(200, 'It is not JSON.')).message).toMatch(/: It is not JSON\.$/)
  })

  test('A missing permission says which verb to grant.', () => {
    expect(failure('get', virtualServiceRef, answered(403)).message).toContain('Grant the verb `get`')
  })

  test('Nothing but the message is passed on: the rest of an error may carry credentials.', () => {
    const error = Object.assign(answered(403), { request: { headers: { authorization: 'Bearer s3cret' } } })
    const passedOn = failure('patch', virtualServiceRef, error)
    expect(passedOn.cause).toBeUndefined()
    expect(JSON.stringify({ ...passedOn, message: passedOn.message })).not.toContain('s3cret')
  })
})
