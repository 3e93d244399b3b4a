/**
 * What both parts of mutation testing have in common.
 *
 * @param {'core' | 'router'} part
 * @param {string[]} mutate
 * @returns {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export const options = (part, mutate) => ({
  mutate: [...mutate, '!**/*.test.ts', '!**/index.ts'],
  buildCommand: `node test/mutate/bundle.js ${part}`,
  testRunner: 'contract',
  plugins: ['./test/mutate/runner.js'],
  coverageAnalysis: 'perTest',
  // Tables are made once, when a module is loaded: another one would need all modules to be loaded again.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 30_000,
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `node_modules/.cache/mutate/${part}.json` },
  htmlReporter: { fileName: `node_modules/.cache/mutate/${part}.html` },
  tempDirName: '.mutate',
  ignorePatterns: ['dist', 'docs', 'helm'],
})
