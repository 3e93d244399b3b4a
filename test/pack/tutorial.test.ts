import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guide } from './support/guide.js'
import { run, Workplace } from './support/workplace.js'

const { setup, files } = guide('docs/plugins.md')
const workplace = new Workplace('stats')
const { folder, tarballs } = workplace
const follow = (line: string) => workplace.follow(line)

const examples = ['examples/plugin-json-http', 'examples/plugin-webhook', 'examples/plugin-flags']

beforeAll(async () => {
  for (const directory of ['packages/core', 'packages/testing', ...examples]) await workplace.pack(directory)
  for (const line of setup) {
    const { status, text } = await follow(line)
    expect(status, `${line}\n${text}`).toBe(0)
  }
  for (const { name, text } of files) writeFileSync(join(folder, name), text)
})
afterAll(() => workplace.remove())

test('The tutorial, followed in an empty folder, ends with a green conformance run', async () => {
  const { status, text } = await follow('npm test')

  expect(status, text).toBe(0)
  expect(text).toMatch(/^# fail 0$/m)
  expect(Number(/^# pass (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(19)
})

test('A mistake made in it turns the run red, and the rule is named', async () => {
  const plugin = files.find(({ name }) => name === 'index.js')?.text ?? ''
  const mistake = plugin.replace('return { value }\n', 'return { value: value ?? 0 }\n')
  expect(mistake).not.toBe(plugin)
  writeFileSync(join(folder, 'index.js'), mistake)
  const { status, text } = await follow('npm test')
  writeFileSync(join(folder, 'index.js'), plugin)

  expect(status).not.toBe(0)
  expect(text).toMatch(/^# fail 1$/m)
  expect(text).toContain('metric/no-data-is-null: saw none resolve to the value 0; expected null')
})

test('The plugin of the tutorial carries a rollout', async () => {
  const server = createServer((_, response) => response.end('{ "value": 0 }'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { status, text } = await run('node', ['try.js'], folder, { STATS_URL: url })
  server.close()

  expect(status, text).toBe(0)
  expect(text.trim().split('\n').at(-1)).toMatch(/^v2 is production/)
})

test('The examples can be installed from their tarballs, and are plugins there', async () => {
  const names = Object.keys(tarballs).filter(name => name.includes('/example-'))
  expect(await follow(`npm install ${names.join(' ')}`)).toMatchObject({ status: 0 })
  const script = `
    import { expectPlugin } from '@birdwatch/core'
    for (const name of ${JSON.stringify(names)}) {
      const { default: plugin } = await import(name)
      console.log(expectPlugin(plugin, plugin.kind).kind)
    }`
  const { status, text } = await run('node', ['--input-type=module', '-e', script], folder)

  expect(status, text).toBe(0)
  expect(text.trim().split('\n')).toEqual(['metric-provider', 'notifier', 'traffic-router'])
})
