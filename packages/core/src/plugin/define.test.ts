import { describe, expect, expectTypeOf, test } from 'vitest'
import type { MetricProvider, Notifier } from '../ports.js'
import type { PluginContext } from './context.js'
import { definePlugin, expectPlugin } from './define.js'
import { instantiate } from './instantiate.js'
import type { StandardSchema } from './schema.js'

/** A schema as another library would make it: `max` may be left out. */
const range: StandardSchema<{ max?: number }, { max: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate(value) {
      const { max = 1 } = value as { max?: unknown }
      return typeof max === 'number'
        ? { value: { max } }
        : { issues: [{ message: 'must be a number', path: ['axes', 0, { key: 'max' }] }] }
    },
  },
}

const provider = (value = 1): MetricProvider => ({ contract: 1, query: async () => ({ value }) })

const plugin = definePlugin({
  kind: 'metric-provider',
  name: 'random',
  apiVersion: 1,
  options: range,
  create: ({ max }) => provider(max),
})

describe('A plugin', () => {
  test('gets its options as its schema makes them, in type and value', async () => {
    const options: unknown[] = []
    const seen = definePlugin({
      kind: 'notifier',
      name: 'n',
      apiVersion: 1,
      options: range,
      create(found, context) {
        expectTypeOf(found).toEqualTypeOf<{ max: number }>()
        expectTypeOf(context).toEqualTypeOf<PluginContext>()
        options.push(found)
        return { contract: 1, notify: async () => {} }
      },
    })

    const made = await instantiate(seen, {})

    expectTypeOf(made).toEqualTypeOf<Notifier>()
    expect(options).toEqual([{ max: 1 }])
  })

  test('is asked for what its schema takes, not for what it makes of it', () => {
    expectTypeOf(instantiate<'metric-provider', typeof range>)
      .parameter(1)
      .toEqualTypeOf<{ max?: number }>()
    // @ts-expect-error: an option of another type
    void (() => instantiate(plugin, { max: 'x' }))
    // @ts-expect-error: an unknown kind
    void (() => definePlugin({ kind: 'metrics', name: 'x', apiVersion: 1, create: () => provider() }))
    // @ts-expect-error: a port of another kind
    void (() => definePlugin({ kind: 'notifier', name: 'x', apiVersion: 1, create: () => provider() }))
  })

  test('without a schema takes no options', async () => {
    const simple = definePlugin({ kind: 'metric-provider', name: 'simple', apiVersion: 1, create: () => provider() })

    expect(await instantiate(simple, {})).toMatchObject({ contract: 1 })
    // @ts-expect-error: it takes none
    await expect(instantiate(simple, { url: 'x' })).rejects.toMatchObject({
      code: 'PLUGIN_OPTIONS_INVALID',
      field: 'url',
    })
  })

  test('of which the schema refuses an option is not made, and the error names the path of the option', async () => {
    await expect(instantiate(plugin, { max: 'x' as unknown as number })).rejects.toMatchObject({
      code: 'PLUGIN_OPTIONS_INVALID',
      field: 'axes[0].max',
      message: 'axes[0].max: must be a number',
    })
  })

  test.each<[string, () => MetricProvider]>([
    [
      'an error',
      () => {
        throw new Error('no route')
      },
    ],
    [
      'a text',
      () => {
        throw 'no route'
      },
    ],
  ])('that throws %s while it is made says so in its own words', async (_, create) => {
    const broken = definePlugin({ kind: 'metric-provider', name: 'broken', apiVersion: 1, create })

    await expect(instantiate(broken, {})).rejects.toMatchObject({
      code: 'PLUGIN_CREATE_FAILED',
      message: 'could not be made: no route',
    })
  })

  test.each([
    ['nothing', undefined],
    ['something of another contract', { contract: 2 }],
  ])('that makes %s is invalid', async (_, made) => {
    const create = () => made as unknown as MetricProvider
    const broken = definePlugin({ kind: 'metric-provider', name: 'broken', apiVersion: 1, create })

    await expect(instantiate(broken, {})).rejects.toMatchObject({ code: 'PLUGIN_INVALID' })
  })
})

describe('What a module exports', () => {
  const good = { kind: 'metric-provider', name: 'x', apiVersion: 1, create: () => provider() }
  const expected = (found: unknown) => () => expectPlugin(found, 'metric-provider')

  test('is taken for a plugin by its parts alone, whichever copy of this package it was made with', () => {
    expect(expected(good)()).toBe(good)
  })

  test.each<[string, unknown, string, string]>([
    ['nothing', undefined, 'PLUGIN_INVALID', 'is no plugin'],
    ['a function', () => {}, 'PLUGIN_INVALID', 'is no plugin'],
    ['a version before the first', { ...good, apiVersion: 0 }, 'PLUGIN_INVALID', 'apiVersion 0; it must be 1'],
    ['a newer version', { ...good, apiVersion: 2, kind: 'new' }, 'PLUGIN_TOO_NEW', 'update the host'],
    ['an unknown kind', { ...good, kind: 'judge' }, 'PLUGIN_INVALID', 'must be one of metric-provider, notifier'],
    ['another kind', { ...good, kind: 'notifier' }, 'PLUGIN_WRONG_KIND', 'a metric-provider is needed here'],
    ['no name', { ...good, name: undefined }, 'PLUGIN_INVALID', 'has the name undefined'],
    ['no create', { ...good, create: 7 }, 'PLUGIN_INVALID', 'has no function `create`'],
    ['options of a home-made kind', { ...good, options: { url: 'string' } }, 'PLUGIN_INVALID', 'no Standard Schema'],
  ])('%s is refused', (_, found, code, message) => {
    expect(expected(found)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })

  test('is refused by definePlugin already, with the name of the plugin', () => {
    const nameless = { ...good, create: undefined } as unknown as typeof plugin

    expect(() => definePlugin(nameless)).toThrow(expect.objectContaining({ code: 'PLUGIN_INVALID' }))
  })
})
