import { BirdWatchError, type Notice, type Notifier } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { instance, signal, silent } from '../../test/support/plugins.js'
import { Notifiers } from './notifiers.js'

describe('Notifiers', () => {
  const notice = (seq: number) => ({ id: `r/${seq}`, rolloutId: 'r', seq }) as Notice
  const unreachable = () => new BirdWatchError('NOTIFIER_UNREACHABLE', 'down')
  function told(fails: () => Error | undefined = () => undefined) {
    const seen: number[] = []
    const notifier: Notifier = {
      contract: 1,
      async notify({ seq }, { handle }) {
        const error = fails()
        if (error !== undefined) throw error
        seen.push(seq)
        return { handle: [handle ?? 'new', seq] }
      },
    }
    return { seen, notifier }
  }
  const notifiers = (all: Record<string, Notifier>) =>
    new Notifiers(
      Object.entries(all).map(([name, notifier]) => ({ instance: instance(name), notifier })),
      silent,
    )

  it('that a namespace may not use are not told of it', () => {
    const configured = { instance: instance('a', { namespaces: ['bank'] }), notifier: told().notifier }
    expect(new Notifiers([configured], silent).for('shop')).toBeUndefined()
  })

  it('all get every notice, each with its own handle', async () => {
    const [a, b] = [told(), told()]
    const one = notifiers({ a: a.notifier, b: b.notifier }).for('shop')
    const first = await one?.notify(notice(1), { signal: signal() })
    expect(first).toEqual({ handle: { a: ['new', 1], b: ['new', 1] } })
    const second = await one?.notify(notice(2), { signal: signal() })
    expect(second).toEqual({ handle: { a: [['new', 1], 2], b: [['new', 1], 2] } })
  })

  it('go on with the handles of an earlier process', async () => {
    const one = notifiers({ a: told().notifier }).for('shop')
    expect(await one?.notify(notice(5), { signal: signal(), handle: { a: 'ts' } })).toEqual({
      handle: { a: ['ts', 5] },
    })
  })

  it('that were told are not told again when another one fails', async () => {
    let down = true
    const [a, b] = [told(), told(() => (down ? unreachable() : undefined))]
    const one = notifiers({ a: a.notifier, b: b.notifier }).for('shop')
    await expect(one?.notify(notice(1), { signal: signal() })).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    down = false
    await one?.notify(notice(1), { signal: signal() })
    expect([a.seen, b.seen]).toEqual([[1], [1]])
  })

  it('that stay down do not silence the others', async () => {
    const [a, b] = [told(), told(unreachable)]
    const one = notifiers({ a: a.notifier, b: b.notifier }).for('shop')
    const attempts = [1, 1, 1, 1].map(seq => () => one?.notify(notice(seq), { signal: signal() }))
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    await one?.notify(notice(1), { signal: signal() })
    await one?.notify(notice(2), { signal: signal() })
    expect(a.seen).toEqual([1, 2])
  })

  it('that are alone are tried for ever', async () => {
    const one = notifiers({ a: told(unreachable).notifier }).for('shop')
    const attempts = Array.from({ length: 10 }, () => () => one?.notify(notice(1), { signal: signal() }))
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
  })

  it('that refuse a notice for good are not asked again beside others', async () => {
    const refused = told(() => new BirdWatchError('NOTIFIER_REFUSED', 'no such channel'))
    const one = notifiers({ a: told().notifier, b: refused.notifier }).for('shop')
    await expect(one?.notify(notice(1), { signal: signal() })).resolves.toEqual({ handle: { a: ['new', 1] } })
  })

  it('that refuse a notice for good say so when they are alone', async () => {
    const refused = told(() => new BirdWatchError('NOTIFIER_REFUSED', 'no such channel'))
    const one = notifiers({ a: refused.notifier }).for('shop')
    await expect(one?.notify(notice(1), { signal: signal() })).rejects.toMatchObject({ code: 'NOTIFIER_REFUSED' })
  })
})
