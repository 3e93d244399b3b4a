import { expect, test } from 'vitest'
import { applyJsonPatch } from './json-patch.js'

test('changes a copy', () => {
  const document = { list: [1, 2] }
  expect(applyJsonPatch(document, [{ op: 'remove', path: '/list/0' }])).toEqual({ list: [2] })
  expect(document).toEqual({ list: [1, 2] })
})

test('reaches the whole document by the empty path', () => {
  expect(applyJsonPatch({ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }])).toEqual({ b: 2 })
})

test.each(['/__proto__/polluted', '/a/__proto__', '/list/01', '/list/-1', 'a', '/list/x'])(
  'refuses the path %s',
  path => {
    const patch = [{ op: 'add', path, value: true }]
    expect(() => applyJsonPatch({ a: {}, list: [] }, patch)).toThrow(
      expect.objectContaining({ status: expect.objectContaining({ code: 422 }) }),
    )
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  },
)
