import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const tool = `
  import { commandLine, listOf, number, whole } from './test/support/command-line.js'
  const line = commandLine('tool', 'A tool.')
    .option('--rollouts <n>', 'how many', whole(1), 2000)
    .option('--minutes <n>', 'how long', number(0))
    .option('--of <list>', 'which', listOf(['crash', 'lose']))
  console.log(JSON.stringify(line.parse().opts()))`

const run = (code: string, args: readonly string[]) =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', code, '--', ...args], { cwd: root, encoding: 'utf8' })

test('a tool of the repository reads numbers and lists, and knows what it does without them', () => {
  const given = run(tool, ['--rollouts', '3', '--minutes', '0.5', '--of', 'lose,crash'])

  expect(JSON.parse(given.stdout)).toEqual({ rollouts: 3, minutes: 0.5, of: ['lose', 'crash'] })
  expect(JSON.parse(run(tool, []).stdout)).toEqual({ rollouts: 2000 })
})

test('it prints its usage and runs nothing when it is asked for help', () => {
  const { status, stdout } = run(tool, ['--help'])

  expect(status).toBe(0)
  expect(stdout).toMatch(/^Usage: npm run tool -- \[options\]/)
})

test.each([
  ['--nonsense'],
  ['word'],
  ['--rollouts'],
  ['--rollouts', 'abc'],
  ['--rollouts', ''],
  ['--rollouts', '0'],
  ['--rollouts', '1.5'],
  ['--minutes', '-1'],
  ['--minutes', 'Infinity'],
  ['--of', 'crash,nonsense'],
])('it runs nothing with %s %s, and says where to read what it takes', (...args) => {
  const { status, stdout, stderr } = run(tool, args)

  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain('npm run tool -- --help')
})

test.each(['bench/run.js', 'test/mutate/run.js'])('%s does not take a word it does not know', file => {
  const { status, stdout } = spawnSync(process.execPath, [file, 'nonsense'], { cwd: root, encoding: 'utf8' })

  expect(status).toBe(2)
  expect(stdout).toBe('')
})
