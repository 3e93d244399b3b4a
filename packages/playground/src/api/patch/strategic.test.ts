import { expect, test } from 'vitest'
import type { Schema } from '../schema/schema.js'
import { applyStrategicPatch } from './strategic.js'

const schema: Schema = {
  type: 'object',
  properties: {
    items: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
    values: { type: 'array', 'x-kubernetes-list-type': 'set' },
    plain: { type: 'array' },
  },
}
const live = {
  items: [
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ],
  values: ['x', 'y'],
  plain: [1, 2],
  kept: true,
}
const patched = (patch: object) => applyStrategicPatch(schema, live, patch) as typeof live

test('merges the elements of a list by their key, and adds new ones', () => {
  const { items } = patched({ items: [{ name: 'b', m: 3 }, { name: 'c' }] })
  expect(items).toEqual([{ name: 'a', n: 1 }, { name: 'b', n: 2, m: 3 }, { name: 'c' }])
})

test('deletes an element, and replaces a whole list, on request', () => {
  expect(patched({ items: [{ name: 'a', $patch: 'delete' }] }).items).toEqual([{ name: 'b', n: 2 }])
  expect(patched({ items: [{ $patch: 'replace' }, { name: 'z' }] }).items).toEqual([{ name: 'z' }])
})

test('adds to a list of values, and takes from it on request', () => {
  expect(patched({ values: ['y', 'z'] }).values).toEqual(['x', 'y', 'z'])
  expect(patched({ '$deleteFromPrimitiveList/values': ['x'] }).values).toEqual(['y'])
})

test('replaces any other list, removes by null, and keeps the rest', () => {
  expect(patched({ plain: [3], items: null })).toEqual({ values: ['x', 'y'], plain: [3], kept: true })
})

test('ignores the order that kubectl sends along', () => {
  expect(patched({ '$setElementOrder/items': [{ name: 'b' }] })).toEqual(live)
})

test.each([
  ['an element without its key', { items: [{ n: 1 }] }],
  ['a value in a list of objects', { items: ['a'] }],
  ['a directive that it does not know', { $retainKeys: ['a'] }],
])('refuses %s', (_, patch) => {
  expect(() => patched(patch)).toThrow(expect.objectContaining({ status: expect.objectContaining({ code: 400 }) }))
})
