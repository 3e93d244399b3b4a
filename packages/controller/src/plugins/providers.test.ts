import { BirdWatchError, codeOf, definePolicy, type MetricProvider, SimulatedClock } from '@birdwatch/core'
import { describe, expect, it, vi } from 'vitest'
import { instance, provider, signal, silent } from '../../test/support/plugins.js'
import { Providers } from './providers.js'

const options = { logger: silent }
const one = (query: MetricProvider['query'], changes = {}, observe = vi.fn()) => {
  const all = new Providers([{ instance: instance('a', changes), provider: provider(query) }], { ...options, observe })
  const { provider: guarded } = all.for('shop', 'a')
  return { observe, ask: () => guarded.query('x', { at: 0, signal: signal() }) }
}

describe('Providers', () => {
  const spec = { increment: 1, interval: 5, ifUnhealthy: 'rollback', metric: 'x', deviation: 1 } as const
  const providers = new Providers(
    [
      { instance: instance('shared'), provider: provider() },
      { instance: instance('private', { namespaces: ['bank'] }), provider: provider() },
    ],
    options,
  )

  it('are found by name, the first is the default', () => {
    expect(providers.for('bank', 'private').instance.name).toBe('private')
    expect(providers.for('shop', undefined).instance.name).toBe('shared')
  })

  it('refuse a policy that names one the namespace may not use', () => {
    expect(providers.refusal('bank', definePolicy({ ...spec, provider: 'private' }))).toBeUndefined()
    expect(providers.refusal('shop', definePolicy({ ...spec, provider: 'private' }))).toEqual({
      refused: {
        code: 'invalid',
        field: 'provider',
        detail: 'found "private", expected one of shared, as configured for namespace shop',
      },
    })
  })

  it('answer no more queries at once than they are configured for', async () => {
    let running = 0
    let most = 0
    const { ask } = one(
      async () => {
        most = Math.max(most, ++running)
        await new Promise(resolve => setImmediate(resolve))
        running--
        return { value: 1 }
      },
      { concurrency: 3 },
    )
    await Promise.all(Array.from({ length: 20 }, ask))
    expect(most).toBe(3)
  })

  it('go by the clock that they are given', async () => {
    const clock = new SimulatedClock()
    const hanging = [{ instance: instance('a'), provider: provider(() => new Promise(() => {})) }]
    const { provider: guarded } = new Providers(hanging, { ...options, clock }).for('shop', 'a')
    const answer = guarded.query('x', { at: 0, signal: signal() }).catch(codeOf)
    await clock.advance(10_000)
    expect(await answer).toBe('METRIC_TIMEOUT')
  })

  it('give up a query after their timeout, though the plugin does not', async () => {
    const { ask, observe } = one(() => new Promise(() => {}), { timeoutSeconds: 0.1 })
    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_TIMEOUT' })
    expect(observe).toHaveBeenCalledWith(
      expect.objectContaining({ kind: 'metric-provider', instance: 'a', method: 'query', code: 'METRIC_TIMEOUT' }),
    )
  })

  it('ask once more when a connection broke, and no more', async () => {
    let asked = 0
    const { ask } = one(async () => {
      if (++asked === 1) throw new BirdWatchError('METRIC_UNREACHABLE', 'reset')
      return { value: 1 }
    })
    expect(await ask()).toEqual({ value: 1 })
    expect(asked).toBe(2)
  })

  it('do not ask once more what was refused', async () => {
    const query = vi.fn(async () => {
      throw new BirdWatchError('METRIC_QUERY_REFUSED', 'no such function')
    })
    await expect(one(query).ask()).rejects.toMatchObject({ code: 'METRIC_QUERY_REFUSED' })
    expect(query).toHaveBeenCalledOnce()
  })

  it('that only fail are suspended: nobody waits for them for a while, and the error says why', async () => {
    const query = vi.fn(async () => {
      throw new BirdWatchError('METRIC_UNAUTHORIZED', 'key expired')
    })
    const { ask } = one(query)
    for (let i = 0; i < 5; i++) await expect(ask()).rejects.toMatchObject({ code: 'METRIC_UNAUTHORIZED' })
    await expect(ask()).rejects.toMatchObject({
      code: 'PLUGIN_SUSPENDED',
      retryAfterMs: expect.any(Number),
      message: expect.stringContaining('key expired'),
    })
    expect(query).toHaveBeenCalledTimes(5)
  })

  it('that answer somebody are not suspended, however often another query fails', async () => {
    let n = 0
    const { ask } = one(async () => {
      if (++n > 1) throw new BirdWatchError('METRIC_UNAUTHORIZED', 'not this one')
      return { value: 1 }
    })
    await ask()
    for (let i = 0; i < 20; i++) await expect(ask()).rejects.toMatchObject({ code: 'METRIC_UNAUTHORIZED' })
  })

  it('that refuse queries are not suspended: that is the fault of who asks', async () => {
    const { ask } = one(async () => {
      throw new BirdWatchError('METRIC_QUERY_REFUSED', 'no such function')
    })
    for (let i = 0; i < 20; i++) await expect(ask()).rejects.toMatchObject({ code: 'METRIC_QUERY_REFUSED' })
  })

  it.each<[string, unknown, object]>([
    ['NaN as no data', { value: Number.NaN }, { value: null }],
    ['infinity as no data', { value: Number.POSITIVE_INFINITY }, { value: null }],
    ['a time that is none as no time', { value: 1, at: Number.NaN }, { value: 1 }],
  ])('take %s', async (_, answer, expected) => {
    expect(await one(async () => answer as { value: number }).ask()).toEqual(expected)
  })

  it.each<[string, unknown, string]>([
    ['a text', { value: '12' }, 'METRIC_NOT_A_NUMBER'],
    ['no value', {}, 'METRIC_NOT_A_NUMBER'],
    ['nothing', undefined, 'METRIC_BAD_ANSWER'],
    ['a bare number', 12, 'METRIC_BAD_ANSWER'],
  ])('do not take %s for a number', async (_, answer, code) => {
    await expect(one(async () => answer as { value: number }).ask()).rejects.toMatchObject({ code })
  })

  it.each<[string, () => Promise<never>]>([
    [
      'throws at once',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects with a text', () => Promise.reject('boom')],
  ])('say in the words of the catalogue what a plugin means that %s', async (_, query) => {
    await expect(one(query).ask()).rejects.toMatchObject({ code: 'METRIC_UNREACHABLE', message: 'boom' })
  })
})
