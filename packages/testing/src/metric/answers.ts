import type { Sample } from '@birdwatch/core'
import { lasting } from '../conform/aborts.js'
import { assert, assertEqual, given } from '../conform/assert.js'
import { describe } from '../conform/describe.js'
import type { Rules } from '../conform/suite.js'
import { type MetricFixture, someTime } from './fixture.js'

const ask = ({ provider }: MetricFixture, expression: string, at = someTime): Promise<Sample> =>
  provider.query(expression, { at, signal: lasting() })

/** The fixture's numbers, once they are known to be enough to tell answers apart. */
function numbersOf(fixture: MetricFixture): [expression: string, value: number][] {
  const numbers = Object.entries(fixture.numbers)
  const enough = numbers.length >= 2 && numbers.some(([, value]) => value === 0)
  assert(enough, `a fixture with numbers ${describe(fixture.numbers)}`, 'at least two expressions, one of value 0')
  return numbers
}

/** What a provider promises about the numbers it returns. */
export const answerRules = {
  'metric/contract-is-1': {
    title: 'The provider names the version of the contract that it keeps.',
    prove: async ({ provider }) => assertEqual('contract', provider.contract, 1),
  },
  'metric/lag-is-a-duration': {
    title: 'The lag, if any, is a finite number of milliseconds, 0 or more.',
    prove: async ({ provider: { lagMs = 0 } }) =>
      assert(Number.isFinite(lagMs) && lagMs >= 0, `lagMs ${lagMs}`, 'a finite number >= 0'),
  },
  'metric/number': {
    title: 'A query with one number resolves to that number; 0 is a number.',
    prove: async (fixture, within) => {
      for (const [expression, value] of numbersOf(fixture)) {
        const sample = await within(expression, ask(fixture, expression))
        assertEqual(`${expression} resolve to the value`, sample.value, value)
      }
    },
  },
  'metric/no-data-is-null': {
    title: 'A query without data resolves to null: not to 0, not to NaN, not to an error.',
    prove: async (fixture, within) => {
      const sample = await within(fixture.noData, ask(fixture, fixture.noData))
      assertEqual(`${fixture.noData} resolve to the value`, sample.value, null)
    },
  },
  'metric/sample-time': {
    title: 'The time of a sample, if any, is in epoch milliseconds and not after the moment asked for.',
    prove: async (fixture, within) => {
      for (const [expression] of numbersOf(fixture)) {
        const { at } = await within(expression, ask(fixture, expression))
        if (at === undefined) continue
        const aDay = 86_400_000
        const plausible = Number.isFinite(at) && at <= someTime && at > someTime - aDay
        assert(plausible, `a sample at ${at}`, `epoch milliseconds, at most a day before the ${someTime} asked for`)
      }
    },
  },
  'metric/asks-for-the-moment': {
    title: 'A query is evaluated at the moment asked for, not at the present.',
    prove: async (fixture, within) => {
      const expression = given(fixture.moment, 'moment')
      for (const at of [someTime, someTime - 3_600_000]) {
        const { value } = await within(expression, ask(fixture, expression, at))
        assertEqual(`${expression} at ${at} resolve to the value`, value, at / 1000)
      }
    },
  },
  'metric/concurrent-queries-do-not-mix': {
    title: 'Queries under way at the same time each get their own answer.',
    prove: async (fixture, within) => {
      const numbers = numbersOf(fixture)
      const asked = Array.from({ length: 5 }, () => numbers).flat()
      const samples = await within('the queries', Promise.all(asked.map(([expression]) => ask(fixture, expression))))
      assertEqual(
        'the answers in order',
        samples.map(sample => sample.value),
        asked.map(([, value]) => value),
      )
    },
  },
  'metric/check-resolves': {
    title: 'The check, if there is one, resolves while the peer is there.',
    prove: async ({ provider }, within) => {
      await within('the check', Promise.resolve(provider.check?.(lasting())))
    },
  },
} as const satisfies Rules<MetricFixture>
