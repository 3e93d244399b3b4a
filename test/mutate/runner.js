import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { DryRunStatus, MutantRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner'
import { load } from './load.js'

/**
 * Runs the collected tests in the process that has loaded them, and the first failure ends it: a mutant costs
 * milliseconds, where a run of vitest costs seconds.
 *
 * @typedef {import('@stryker-mutator/api/test-runner').TestRunner} TestRunner
 * @typedef {import('./contract.js').Test} Test
 */

/** What the mutants in the code ask, and what they tell. */
globalThis.__stryker__ ??= {}
const stryker = globalThis.__stryker__
const longestTestMs = 10_000

/** @implements {TestRunner} */
class ContractRunner {
  /** @type {Map<string, Test[]>} */
  #files = new Map()
  /** Mutants in what is run while a test file is loaded. */
  #loaded = new Set()

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    const files = load(file => {
      stryker.currentTestId = file
    })
    this.#files = new Map(files)
    for (const file of this.#files.keys())
      for (const mutant of Object.keys(stryker.mutantCoverage?.perTest[file] ?? {})) this.#loaded.add(mutant)
  }

  /** @type {TestRunner['dryRun']} */
  async dryRun() {
    const tests = await run([...this.#files.values()].flat(), false)
    const { static: loaded = {}, perTest = {} } = stryker.mutantCoverage ?? {}
    // A module is loaded by the first file that needs it; every test may stand on what it made then.
    const made = Object.assign({}, ...[...this.#files.keys()].map(file => perTest[file]))
    for (const { id } of [...this.#files.values()].flat()) perTest[id] = { ...made, ...perTest[id] }
    for (const file of this.#files.keys()) delete perTest[file]
    const tested = new Set(Object.values(perTest).flatMap(Object.keys))
    const never = Object.fromEntries(Object.entries(loaded).filter(([mutant]) => !tested.has(mutant)))
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: never, perTest } }
  }

  /** @type {TestRunner['mutantRun']} */
  async mutantRun({ activeMutant, testFilter = [], hitLimit, disableBail }) {
    const wanted = new Set(testFilter)
    Object.assign(stryker, { activeMutant: activeMutant.id, hitCount: 0, hitLimit })
    try {
      const results = []
      for (const [, tests] of this.#loaded.has(activeMutant.id) ? load(() => {}) : this.#files) {
        const wantedHere = tests.filter(({ id }) => wanted.has(id))
        results.push(...(await run(wantedHere, !disableBail)))
        if (!disableBail && results.at(-1)?.status === TestStatus.Failed) break
      }
      return toMutantRunResult({ status: DryRunStatus.Complete, tests: results })
    } catch (error) {
      return {
        status: MutantRunStatus.Killed,
        failureMessage: String(error),
        killedBy: testFilter.slice(0, 1),
        nrOfTests: 1,
      }
    } finally {
      stryker.activeMutant = undefined
    }
  }
}

/** @param {Test[]} tests @param {boolean} bail */
async function run(tests, bail) {
  const results = []
  for (const { id, run } of tests) {
    stryker.currentTestId = id
    const began = performance.now()
    const failureMessage = await failureOf(run)
    const test = { id, name: id, timeSpentMs: performance.now() - began }
    stryker.currentTestId = undefined
    if (failureMessage === undefined) results.push({ ...test, status: TestStatus.Success })
    else results.push({ ...test, status: TestStatus.Failed, failureMessage })
    if (bail && failureMessage !== undefined) break
  }
  return results
}

/** @param {() => Promise<void>} run */
async function failureOf(run) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('it takes too long')), longestTestMs)
  })
  try {
    await Promise.race([run(), late])
    return undefined
  } catch (error) {
    return String(error) || 'failed'
  } finally {
    clearTimeout(timer)
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'contract', ContractRunner)]
