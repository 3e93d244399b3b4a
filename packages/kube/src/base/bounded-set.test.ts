import { expect, test } from 'vitest'
import { BoundedSet } from './bounded-set.js'

test('it keeps the last members and forgets the oldest', () => {
  const set = new BoundedSet<string>(2)

  for (const member of ['a', 'b', 'a', 'c']) set.add(member)

  expect(['a', 'b', 'c'].filter(member => set.has(member))).toEqual(['a', 'c'])
})
