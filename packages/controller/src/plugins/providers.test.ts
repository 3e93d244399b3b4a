import { definePolicy } from '@birdwatch/core'
import { describe, expect, it, vi } from 'vitest'
import { instance, provider, signal } from '../../test/support/plugins.js'
import { Providers } from './providers.js'

describe('Providers', () => {
  const spec = { increment: 1, interval: 5, ifUnhealthy: 'rollback', metric: 'x', deviation: 1 } as const
  const providers = new Providers([
    { instance: instance('shared'), provider: provider() },
    { instance: instance('private', { namespaces: ['bank'] }), provider: provider() },
  ])

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
    const query = async () => {
      most = Math.max(most, ++running)
      await new Promise(resolve => setImmediate(resolve))
      running--
      return { value: 1 }
    }
    const all = new Providers([{ instance: instance('a', { concurrency: 3 }), provider: provider(query) }])
    const { provider: bounded } = all.for('shop', 'a')
    await Promise.all(Array.from({ length: 20 }, () => bounded.query('x', { at: 0, signal: signal() })))
    expect(most).toBe(3)
  })

  it('give up a query after their timeout, though the plugin does not', async () => {
    const hangs = provider(() => new Promise(() => {}))
    const observed = vi.fn()
    const all = new Providers([{ instance: instance('a', { timeoutSeconds: 0.1 }), provider: hangs }], observed)
    await expect(all.for('shop', 'a').provider.query('x', { at: 0, signal: signal() })).rejects.toMatchObject({
      code: 'METRIC_TIMEOUT',
    })
    expect(observed).toHaveBeenCalledWith(expect.objectContaining({ provider: 'a', code: 'METRIC_TIMEOUT' }))
  })
})
