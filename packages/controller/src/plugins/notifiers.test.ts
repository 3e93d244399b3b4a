import { BirdWatchError, type Json, type Notice, type Notifier } from '@birdwatch/core'
import { describe, expect, it, vi } from 'vitest'
import { instance, signal, silent } from '../../test/support/plugins.js'
import { Notifiers } from './notifiers.js'

const notice = { id: 'r/1', rolloutId: 'r', seq: 1 } as Notice

function one(notify: Notifier['notify'], changes = {}) {
  const notifier: Notifier = { contract: 1, notify }
  const all = new Notifiers([{ instance: instance('a', changes), notifier }], { logger: silent })
  return () => all.for('shop').a?.notify(notice, { signal: signal() })
}

describe('Notifiers', () => {
  const quiet: Notifier = { contract: 1, notify: async () => {} }

  it('are given by name to the rollouts of the namespaces that may use them', () => {
    const all = new Notifiers(
      [
        { instance: instance('slack'), notifier: quiet },
        { instance: instance('bankers', { namespaces: ['bank'] }), notifier: quiet },
      ],
      { logger: silent },
    )
    expect([all.namesFor('shop'), all.namesFor('bank')]).toEqual([['slack'], ['slack', 'bankers']])
  })

  it('deliver once: what failed is repeated by the engine, in its order', async () => {
    const notify = vi.fn(async () => {
      throw new BirdWatchError('NOTIFIER_UNREACHABLE', 'down')
    })
    await expect(one(notify)()).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    expect(notify).toHaveBeenCalledOnce()
  })

  it('that hang are given up after their timeout', async () => {
    await expect(one(() => new Promise(() => {}), { timeoutSeconds: 0.1 })()).rejects.toMatchObject({
      code: 'NOTIFIER_TIMEOUT',
    })
  })

  it('that only fail are suspended, and say when they can be asked again', async () => {
    const deliver = one(() => Promise.reject(new Error('refused')))
    for (let i = 0; i < 5; i++) await expect(deliver()).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    await expect(deliver()).rejects.toMatchObject({ code: 'PLUGIN_SUSPENDED', retryAfterMs: expect.any(Number) })
  })

  it('whose handle is no JSON are refused, before it gets into the state of the rollout', async () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    await expect(one(async () => ({ handle: circle as Json }))()).rejects.toMatchObject({ code: 'NOTIFIER_REFUSED' })
  })
})
