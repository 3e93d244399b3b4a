import { expect, it } from 'vitest'
import { crashText } from './crash.js'

const request = { config: { headers: { authorization: 'Bearer s3cret' } } }

it('A crash shows where it happened, and nothing that hangs on the error or on its cause', () => {
  const cause = Object.assign(new Error('socket hang up'), request)
  const text = crashText(Object.assign(new Error('boom', { cause }), request))
  expect(text).toMatch(/^birdwatch: a defect: Error: boom\n +at .*crash\.test\.ts/)
  expect(text).not.toContain('s3cret')
})

it('What was thrown and is no error is not shown: it may be anything', () => {
  expect(crashText(request)).toBe('birdwatch: a defect: object\n')
})
