import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import { configureGlobal } from 'fast-check'
import { collector } from './contract.js'

/** @typedef {import('./contract.js').Test} Test */

const bundle = 'test/mutate/bundled/tests.cjs'
const require = createRequire(import.meta.url)
configureGlobal({ seed: 1 })

/**
 * Evaluates all that was bundled anew, and collects the tests, file by file as they are asked for: most mutants are noticed
 * by the first files. Each `file` is told while it is loaded, for what a file makes while it loads belongs to all of its
 * tests.
 *
 * @param {(file: string | undefined) => void} told
 * @returns {Generator<[file: string, tests: Test[]]>}
 */
export function* load(told) {
  /** @type {ReturnType<typeof collector>} */
  let collected = collector('')
  /** @type {Record<string, () => void>} */
  const files = {}
  const vitest = {
    expect: collected.vitest.expect,
    test: (...all) => collected.vitest.test(...all),
    describe: (...all) => collected.vitest.describe(...all),
  }
  vitest.test.each = cases => collected.vitest.test.each(cases)
  vitest.describe.each = cases => collected.vitest.describe.each(cases)
  evaluate()(name => (name === 'vitest' ? vitest : require(name)), files, {})
  for (const [file, run] of Object.entries(files)) {
    collected = collector(file)
    told(file)
    run()
    told(undefined)
    yield [file, collected.tests]
  }
}

/** @type {Function | undefined} */
let evaluated
function evaluate() {
  evaluated ??= compileFunction(readFileSync(bundle, 'utf8'), ['require', 'exports', 'module'])
  return evaluated
}
