import { expect, test } from 'vitest'
import { whyNot } from './why-not.js'

const taken = (port: number) => Object.assign(new Error('listen'), { code: 'EADDRINUSE', syscall: 'listen', port })

test('a port that is taken is told with the option that chooses another', () => {
  expect(whyNot(taken(8001), { page: 8080, api: 8001 })).toBe(
    'port 8001 of 127.0.0.1 is taken by another program; choose another with --api-port, or any with --api-port 0.',
  )
})

test('a port that may not be used is told too', () => {
  const error = Object.assign(taken(80), { code: 'EACCES' })
  expect(whyNot(error, { page: 80 })).toMatch(
    /^port 80 of 127\.0\.0\.1 can not be used \(EACCES\); choose another with --port/,
  )
})

test('a directory that can not be written to is told with what to set', () => {
  const error = Object.assign(new Error('EROFS'), { code: 'EROFS', syscall: 'mkdtemp' })
  expect(whyNot(error, {})).toContain('EROFS')
  expect(whyNot(error, {})).toContain('TMPDIR')
})

test('what else was said is told in one line, and a bug is not explained away', () => {
  expect(whyNot(new Error('one\ntwo'), {})).toBe('one')
  expect(whyNot(new TypeError('undefined is not a function'), {})).toBeUndefined()
})
