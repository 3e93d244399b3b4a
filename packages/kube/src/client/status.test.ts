import { expect, test, vi } from 'vitest'
import { Call } from './call.js'
import { errorFromAnswer } from './status.js'

const status = (body: object) => JSON.stringify({ kind: 'Status', ...body })
const refuse = (code: number, body = '', headers = {}) => errorFromAnswer(new Call('patch', '/x'), code, headers, body)

test.each([
  [400, 'KUBE_BAD_REQUEST'],
  [401, 'KUBE_UNAUTHORIZED'],
  [403, 'KUBE_FORBIDDEN'],
  [404, 'KUBE_NOT_FOUND'],
  [409, 'KUBE_CONFLICT'],
  [410, 'KUBE_GONE'],
  [415, 'KUBE_BAD_REQUEST'],
  [422, 'KUBE_INVALID'],
  [429, 'KUBE_THROTTLED'],
  [500, 'KUBE_SERVER'],
  [504, 'KUBE_SERVER'],
])('status %i is %s', (code, expected) => {
  expect(refuse(code)).toMatchObject({ code: expected, status: code })
})

test('a 409 for a name that is taken is KUBE_ALREADY_EXISTS', () => {
  expect(refuse(409, status({ reason: 'AlreadyExists' })).code).toBe('KUBE_ALREADY_EXISTS')
})

test("the server's own words, reason and causes are kept", () => {
  const causes = [{ field: 'spec.interval', reason: 'FieldValueInvalid', message: 'must be at most 600' }]

  const error = refuse(422, status({ reason: 'Invalid', message: 'aleph is invalid', details: { causes } }))

  expect(error).toMatchObject({ reason: 'Invalid', serverMessage: 'aleph is invalid', causes })
  expect(error.message).toBe('patch /x: answered 422 (Invalid, aleph is invalid).')
})

test('what a person can do is appended to the message', () => {
  expect(refuse(403, status({ message: 'no' })).message).toBe(
    'patch /x: answered 403 (no). Grant it with a Role or ClusterRole.',
  )
})

test('a long foreign body is cut', () => {
  expect(refuse(502, 'x'.repeat(5_000)).serverMessage).toHaveLength(201)
})

test('Retry-After may be an HTTP date', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T10:00:00Z') })

  const error = refuse(503, '', { 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' })

  vi.useRealTimers()
  expect(error.retryAfterMs).toBe(30_000)
})

test('a Retry-After that is neither a number nor a date is ignored', () => {
  expect(refuse(429, '', { 'retry-after': 'soon' }).retryAfterMs).toBeUndefined()
})

test('without the header, retryAfterSeconds of the Status counts', () => {
  expect(refuse(429, status({ details: { retryAfterSeconds: 2 } })).retryAfterMs).toBe(2_000)
})
