import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect'

/**
 * What the tests of the contract use of vitest, with vitest's own `expect`: tests are only collected, and run by whoever
 * wants to, one by one and as often as it takes, in the process that has loaded them.
 *
 * @typedef {{ readonly id: string, readonly run: () => Promise<void> }} Test
 */

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)
const { expect } = chai

/** @param {string} file whose tests are collected */
export function collector(file) {
  /** @type {Test[]} */
  const tests = []
  /** @type {string[]} */
  let within = [file]

  /** @param {string} title @param {() => unknown} body */
  function test(title, body) {
    tests.push({ id: `${[...within, title].join(' ')} #${tests.length}`, run: async () => void (await body()) })
  }

  /** @param {string} title @param {() => void} body */
  function describe(title, body) {
    const outer = within
    within = [...outer, title]
    body()
    within = outer
  }
  test.each = each(test)
  describe.each = each(describe)
  return { tests, vitest: { expect, test, describe } }
}

/** @param {(title: string, body: () => void) => void} one */
const each =
  one =>
  /** @param {readonly unknown[]} cases */
  cases =>
  /** @param {string} title @param {(...values: unknown[]) => void} body */
  (title, body) => {
    for (const values of cases) one(title, () => body(...(Array.isArray(values) ? values : [values])))
  }
