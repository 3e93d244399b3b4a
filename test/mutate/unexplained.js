import { existsSync, readFileSync } from 'node:fs'

/**
 * Compares the mutants that the last run left alive with those that survivors.md explains: `npm run mutate` ends with it.
 * What nobody has explained is printed as it is written there, and fails.
 *
 * @typedef {import('@stryker-mutator/api/core').schema.MutationTestResult} Report
 * @typedef {import('@stryker-mutator/api/core').schema.MutantResult} Mutant
 */

const reports = ['core', 'router'].map(part => `node_modules/.cache/mutate/${part}.json`).filter(existsSync)
if (reports.length === 0) throw new Error('there is no report: run `npm run mutate` first')
/** @type {Report['files']} */
const files = Object.assign({}, ...reports.map(report => JSON.parse(readFileSync(report, 'utf8')).files))

/** @param {string} path as survivors.md has it, e.g. `core/decide/check.ts` */
const short = path => path.replace('packages/', '').replace('src/', '')
/** @param {string} text in one line, and not all of a long one */
const brief = text => text.replace(/\s+/g, ' ').replace(/^(.{60}).+$/, '$1…')

/**
 * A mutant without its line number, which any edit changes: the file, what is declared there, and the line with what
 * stands in for what.
 *
 * @param {string} path @param {string} source @param {Mutant} mutant
 */
function told(path, source, { location: { start, end }, replacement = '' }) {
  const lines = source.split('\n')
  /** @param {{ line: number, column: number }} at */
  const offset = ({ line, column }) => lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1
  const [from, to] = [offset(start), offset(end)]
  const declared = source.slice(0, from).matchAll(/^(?:export )?(?:async )?(?:function|const|class) (\w+)/gm)
  const before = source.slice(source.lastIndexOf('\n', from - 1) + 1, from).trimStart()
  const after = source.slice(to).split('\n', 1)[0]
  const within = [...declared].at(-1)?.[1] ?? ''
  return `${short(path)} ${within}: ${before}⟦${brief(source.slice(from, to))} → ${brief(replacement)}⟧${after}`
}

const alive = Object.entries(files).flatMap(([path, { source, mutants }]) =>
  mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(mutant => told(path, source, mutant)),
)
const listed = readFileSync(new URL('survivors.md', import.meta.url), 'utf8')
const explained = listed.split('\n').filter(line => line.includes('⟦'))
const unexplained = alive.filter(mutant => !explained.includes(mutant))
const mutated = Object.keys(files).map(short)
const gone = explained.filter(line => mutated.some(path => line.startsWith(`${path} `)) && !alive.includes(line))

for (const part of ['core/decide', 'core/judge', 'router-istio']) {
  const mutants = Object.entries(files).flatMap(([path, file]) => (short(path).startsWith(part) ? file.mutants : []))
  const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length
  const valid = alive.filter(line => line.startsWith(part)).length + noticed
  if (valid > 0) console.log(`${part}: ${noticed} of ${valid} noticed, ${((100 * noticed) / valid).toFixed(1)} %`)
}
if (gone.length > 0) console.log(`\nExplained, and noticed by now or no longer there:\n${gone.join('\n')}`)
if (unexplained.length > 0) {
  console.error(`\nNot noticed, and not explained in test/mutate/survivors.md:\n${unexplained.join('\n')}`)
  process.exitCode = 1
}
