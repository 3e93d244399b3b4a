import { describe, expect, test } from 'vitest'
import { search } from '../src/search.js'
import { traps } from '../src/traps.js'
import { tell } from '../src/words.js'
import { deedNames, type Fault, faults, type Scope } from '../src/world/choices.js'

/** Wide enough for a machine under load; alone it takes a tenth of it. */
const timeoutMs = 300_000

describe('Every state is looked at, no law is broken, and from each the rollout comes to its end,', () => {
  test(
    'whatever the checks find',
    async () => {
      const found = await search({ faults: 0, hands: 0 })

      expect(found).toMatchObject({ complete: true })
      expect(found.broken).toBeUndefined()
    },
    timeoutMs,
  )

  test.each<[Fault, Partial<Scope>]>([
    ['refuse', {}],
    ['fail', {}],
    ['stop', {}],
    ['land', { during: ['Progressing'], at: 10 }],
  ])(
    'when one time this goes wrong: %s',
    async (fault, less) => {
      const scope = { faults: [fault], deeds: [], during: ['Progressing', 'RollingBack', 'Promoting'], ...less }

      const found = await search({ faults: 1, hands: 0, scope })

      expect(found).toMatchObject({ complete: true })
      expect(found.broken).toBeUndefined()
    },
    timeoutMs,
  )
})

test(
  'a new leader whose state an ex-leader still saves accuses nobody of what the two of them did',
  async () => {
    const scope = { faults: ['depose'], deeds: [], during: ['Progressing', 'RollingBack', 'Promoting'] } as const

    const found = await search({ faults: 1, hands: 0, scope, most: 1200 })

    expect(found.broken).toBeUndefined()
  },
  timeoutMs,
)

test(
  'the nearest states with one fault and one deed of people break no law',
  async () => {
    const found = await search({
      faults: 1,
      hands: 1,
      scope: { faults: faults.filter(fault => fault !== 'depose'), deeds: deedNames },
      most: 800,
    })

    expect(found.broken).toBeUndefined()
  },
  timeoutMs,
)

test('a search whose time is over says that there is more to look at', async () => {
  expect(await search({ faults: 0, hands: 0, until: 0 })).toMatchObject({ complete: false, states: 1 })
})

test(
  'a way that breaks a law is told in words',
  async () => {
    const trap = traps['a lowered limit is written over the 0 of a person']
    if (trap === undefined) throw new Error('there is no such trap')
    const { broken } = await search(trap)

    const told = (await tell(broken?.way ?? [], trap)).split('\n')

    expect(told[0]).toContain('P1 begins to lead')
    expect(told.at(-2)).toContain('P1: shift 10')
    expect(told.at(-1)).toContain('LAW BROKEN: no weight is written over what people have set')
  },
  timeoutMs,
)
