import { describe, expect, test } from 'vitest'
import { search } from '../src/search.js'
import { traps } from '../src/traps.js'

describe('The search finds what the rule prevents, once the rule is taken out:', () => {
  test.each(Object.entries(traps))(
    '%s',
    async (_, { law, ...trap }) => {
      const found = await search(trap)

      expect(found.broken?.law).toBe(law)
    },
    300_000,
  )
})
