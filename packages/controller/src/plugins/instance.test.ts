import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, type MetricProvider, systemClock } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { instance, provider, signal, silent } from '../../test/support/plugins.js'
import type { Instance } from '../config/schema.js'
import { PluginInstance } from './instance.js'

describe('An instance of a plugin', () => {
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-plugins-'))
  const env: Record<string, string> = { TOKEN: '42' }
  const fixed = definePlugin({
    kind: 'metric-provider',
    name: 'fixed',
    apiVersion: 1,
    options: z.strictObject({ value: z.number(), token: z.string().default('none') }),
    create: ({ value }) => provider(async () => ({ value })),
  })
  async function made(changes: Partial<Instance>) {
    const one = new PluginInstance(
      instance('a', changes),
      ['providers', 0],
      { kind: 'metric-provider', builtIn: { fixed }, directory },
      { secrets: { env }, logger: silent, clock: systemClock, signal: signal(), stray: () => {} },
    )
    await one.make()
    return one
  }
  const file = (name: string, source: string) => {
    writeFileSync(join(directory, name), source)
    return `./${name}`
  }
  const plugin = (name: string, create: string, changes = '') =>
    file(
      `${name}.mjs`,
      `export default { kind: 'metric-provider', name: '${name}', apiVersion: 1, create: ${create}, ${changes} }`,
    )
  const anyOptions = `options: { '~standard': { version: 1, vendor: 'x', validate: value => ({ value }) } }`
  const value = async (port: MetricProvider) => (await port.query('x', { at: 0, signal: signal() })).value

  it('that is built in is made from its options', async () => {
    expect(await value((await made({ type: 'fixed', options: { value: 7 } })).port)).toBe(7)
  })

  it('is loaded from a path, and told its name, deadline and bounds', async () => {
    const create =
      '(_, { instance, http }) => ({ contract: 1, query: async () => ({ value: instance.length + http.timeoutMs + http.concurrency }) })'
    expect(await value((await made({ type: plugin('own', create), timeoutSeconds: 2 })).port)).toBe(2003)
  })

  it('gets secrets in place of their references, and reads those that are renewed by its context', async () => {
    const create =
      "({ token }, { secret }) => ({ contract: 1, query: async () => ({ value: +token + +(await secret({ env: 'LATER' })) }) })"
    const { port } = await made({
      type: plugin('secret', create, anyOptions),
      options: { token: { env: 'TOKEN' } },
    })
    await expect(value(port)).rejects.toMatchObject({ code: 'PLUGIN_SECRET_MISSING' })
    env.LATER = '8'
    expect(await value(port)).toBe(50)
  })

  it('that could not be made is made by a later check, and until then says why', async () => {
    const type = plugin(
      'patient',
      '({ token }) => ({ contract: 1, query: async () => ({ value: +token }) })',
      anyOptions,
    )
    const one = await made({ type, options: { token: { env: 'SOON' } } })
    await expect(one.check(signal())).rejects.toMatchObject({ code: 'PLUGIN_SECRET_MISSING' })
    env.SOON = '5'
    await one.check(signal())
    expect(await value(one.port)).toBe(5)
  })

  it.each<[string, () => Partial<Instance>, string, string]>([
    [
      'that is not installed',
      () => ({ type: 'nowhere' }),
      'PLUGIN_UNKNOWN',
      'providers[0].type: the plugin "nowhere" is neither built in (fixed) nor an installed package',
    ],
    ['that is no file', () => ({ type: './nowhere.mjs' }), 'PLUGIN_UNKNOWN', 'the plugin "./nowhere.mjs" is no file'],
    [
      'that can not be loaded',
      () => ({ type: file('broken.mjs', 'throw new Error("boom")') }),
      'PLUGIN_UNLOADABLE',
      'the plugin "./broken.mjs" can not be loaded: boom',
    ],
    [
      'that lacks an import of its own',
      () => ({ type: file('lacking.mjs', 'import "./gone.mjs"') }),
      'PLUGIN_UNLOADABLE',
      'can not be loaded: Cannot find module',
    ],
    [
      'without a default export',
      () => ({ type: file('empty.mjs', 'export const x = 1') }),
      'PLUGIN_INVALID',
      'the plugin "./empty.mjs" has no default export',
    ],
    [
      'of another kind',
      () => ({ type: plugin('teller', '() => {}', "kind: 'notifier'") }),
      'PLUGIN_WRONG_KIND',
      'is a notifier (teller); a metric-provider is needed here',
    ],
    [
      'for a newer contract',
      () => ({ type: plugin('future', '() => {}', 'apiVersion: 2') }),
      'PLUGIN_TOO_NEW',
      'was written for version 2 of the plugin contract',
    ],
    [
      'whose create throws',
      () => ({ type: plugin('thrower', '() => { throw new Error("no route") }') }),
      'PLUGIN_CREATE_FAILED',
      'the plugin "./thrower.mjs" could not be made: no route',
    ],
    [
      'that makes nothing',
      () => ({ type: plugin('maker', '() => undefined') }),
      'PLUGIN_INVALID',
      'the plugin "./maker.mjs" made something of contract undefined',
    ],
    [
      'whose schema refuses an option',
      () => ({ type: 'fixed', options: { value: 'x' } }),
      'PLUGIN_OPTIONS_INVALID',
      'providers[0].options.value: ',
    ],
    [
      'that takes no options and is given some',
      () => ({ type: plugin('plain', '() => ({ contract: 1 })'), options: { url: 'x' } }),
      'PLUGIN_OPTIONS_INVALID',
      'providers[0].options.url: the plugin takes no options',
    ],
    [
      'whose secret is not there',
      () => ({ type: 'fixed', options: { value: 1, token: { file: '/nowhere/token' } } }),
      'PLUGIN_SECRET_MISSING',
      'providers[0].options.token names the file /nowhere/token, which can not be read (ENOENT)',
    ],
  ])('%s answers every call with one clear error', async (_, changes, code, message) => {
    const one = await made(changes())
    expect(() => one.port).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })
})
