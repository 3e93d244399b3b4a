import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guide } from './support/guide.js'
import { run, Workplace } from './support/workplace.js'

const { setup, files } = guide('docs/embedding.md')
const workplace = new Workplace('embedder')

beforeAll(async () => {
  for (const directory of ['packages/core', 'packages/testing']) await workplace.pack(directory)
  for (const line of setup) {
    const { status, text } = await workplace.follow(line)
    expect(status, `${line}\n${text}`).toBe(0)
  }
  for (const { name, text } of files) writeFileSync(join(workplace.folder, name), text)
})
afterAll(() => workplace.remove())

test('The first program of the guide runs as it is, and promotes its canary', async () => {
  const { status, text } = await run('node', ['rollout.js'], workplace.folder)

  expect(status, text).toBe(0)
  expect(text.trim().split('\n').at(-1)).toMatch(/^v2 is production/)
})

test('The simulation of the guide ends as the guide says', async () => {
  const { status, text } = await run('node', ['simulated.js'], workplace.folder)

  expect(status, text).toBe(0)
  expect(files.find(({ name }) => name === 'simulated.js')?.text).toContain(`// ${text.trim()}\n`)
  expect(text.trim()).toBe('RolledBack')
})
