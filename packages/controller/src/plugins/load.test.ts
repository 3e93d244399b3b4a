import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MetricProvider } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { instance, provider, signal } from '../../test/support/plugins.js'
import type { Instance } from '../config/schema.js'
import { createInstance, type PluginSources } from './load.js'

describe('A plugin', () => {
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-plugins-'))
  const sources: PluginSources<MetricProvider> = {
    builtIn: {
      fixed: {
        options: z.strictObject({ value: z.number(), token: z.string().default('none') }),
        create: ({ value }) => provider(async () => ({ value: value as number })),
      },
    },
    secrets: { env: { TOKEN: '42' } },
    directory,
  }
  const create = (changes: Partial<Instance>) => createInstance(instance('a', changes), ['providers', 0], sources)
  const moduleFile = (name: string, source: string) => {
    writeFileSync(join(directory, name), source)
    return `./${name}`
  }
  const ask = async (port: MetricProvider) => (await port.query('x', { at: 0, signal: signal() })).value

  it('that is built in is made from its options', async () => {
    expect(await ask(await create({ type: 'fixed', options: { value: 7 } }))).toBe(7)
  })

  it('is loaded from a path, and told its name and deadline', async () => {
    const type = moduleFile(
      'own.mjs',
      'export default ({ add }, { name, timeoutMs }) => ({ contract: 1, query: async () => ({ value: add + name.length + timeoutMs }) })',
    )
    expect(await ask(await create({ type, options: { add: 1 }, timeoutSeconds: 2 }))).toBe(2002)
  })

  it('gets secrets in place of their references', async () => {
    const type = moduleFile(
      'secret.mjs',
      'export default o => ({ contract: 1, query: async () => ({ value: +o.token }) })',
    )
    expect(await ask(await create({ type, options: { token: { env: 'TOKEN' } } }))).toBe(42)
  })

  it.each<[string, Partial<Instance>, string]>([
    [
      'whose options its own schema refuses',
      { type: 'fixed', options: { value: 'x' } },
      'providers[0].options.value: ',
    ],
    [
      'that is not installed',
      { type: 'nowhere' },
      'providers[0].type is "nowhere"; no such module is installed. Known types: fixed',
    ],
    [
      'that has no default export',
      { type: moduleFile('empty.mjs', 'export const x = 1') },
      'its default export must be a function',
    ],
    [
      'that can not be loaded',
      { type: moduleFile('broken.mjs', 'throw new Error("boom")') },
      'it can not be loaded: boom',
    ],
    [
      'of another contract',
      { type: moduleFile('new.mjs', 'export default () => ({ contract: 2 })') },
      'whose contract is 2',
    ],
    [
      'that refuses its options',
      { type: moduleFile('no.mjs', 'export default () => { throw new Error("url is missing") }') },
      'providers[0].options: url is missing',
    ],
  ])('%s is refused by its place', async (_, changes, message) => {
    await expect(create(changes)).rejects.toThrow(message)
  })
})
