import { expect, test } from 'vitest'
import { applyPatch } from './support/json-patch.js'

const document = { list: ['a', 'b'], labels: { 'a/b': 1, 'c~d': 2 }, deep: { weight: 5 } }

test('Operations apply in order, to a copy.', () => {
  const patched = applyPatch(document, [
    { op: 'test', path: '/deep/weight', value: 5 },
    { op: 'replace', path: '/deep/weight', value: 6 },
    { op: 'test', path: '/deep/weight', value: 6 },
  ])
  expect(patched.deep.weight).toBe(6)
  expect(document.deep.weight).toBe(5)
})

test('Adding to a list inserts, and - appends.', () => {
  const added = applyPatch(document, [
    { op: 'add', path: '/list/1', value: 'x' },
    { op: 'add', path: '/list/-', value: 'z' },
  ])
  expect(added.list).toEqual(['a', 'x', 'b', 'z'])
})

test('Adding to an object sets, whether it is there or not.', () => {
  expect(applyPatch(document, [{ op: 'add', path: '/deep/weight', value: 7 }]).deep).toEqual({ weight: 7 })
  expect(applyPatch(document, [{ op: 'add', path: '/deep/name', value: 'x' }]).deep).toEqual({ weight: 5, name: 'x' })
})

test('Replacing and removing take the place of what is there.', () => {
  const patched = applyPatch(document, [
    { op: 'replace', path: '/list/0', value: 'x' },
    { op: 'remove', path: '/list/1' },
    { op: 'remove', path: '/deep/weight' },
  ])
  expect(patched).toMatchObject({ list: ['x'], deep: {} })
})

test('Keys are escaped.', () => {
  const patched = applyPatch(document, [
    { op: 'replace', path: '/labels/a~1b', value: 3 },
    { op: 'replace', path: '/labels/c~0d', value: 4 },
  ])
  expect(patched.labels).toEqual({ 'a/b': 3, 'c~d': 4 })
})

test.each([
  [{ op: 'test', path: '/deep/weight', value: 6 }],
  [{ op: 'test', path: '/deep/nothing', value: 6 }],
  [{ op: 'replace', path: '/deep/nothing', value: 6 }],
  [{ op: 'replace', path: '/list/2', value: 'x' }],
  [{ op: 'remove', path: '/deep/nothing' }],
  [{ op: 'add', path: '/nowhere/weight', value: 6 }],
  [{ op: 'add', path: '/deep/weight/unit', value: 6 }],
  [{ op: 'add', path: '/list/3', value: 'x' }],
] as const)('%j does not apply.', operation => {
  expect(() => applyPatch(document, [operation])).toThrow()
})
