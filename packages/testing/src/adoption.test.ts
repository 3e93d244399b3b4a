import { type MetricProvider, type Notifier, render } from '@birdwatch/core'
import { describe, expect, it, test } from 'vitest'
import { metricProviderSuite, notifierSuite, type RunTest } from './index.js'

describe('A stranger’s notifier', () => {
  const create = () => {
    const texts: string[] = []
    const notify: Notifier['notify'] = async ({ reason, snapshot }, { signal }) => {
      signal.throwIfAborted()
      const text = `${snapshot.name}: ${render(reason)}`
      if (!texts.includes(text)) texts.push(text)
    }
    return { notifier: { contract: 1, notify } as const, shown: () => texts }
  }
  const reason = 'it only writes to memory, which neither hangs nor fails'
  notifierSuite({
    test,
    create,
    exceptions: {
      'notifier/abort-during': reason,
      'notifier/refused': reason,
      'notifier/server-error': reason,
      'notifier/errors-keep-secrets': reason,
    },
  })
})

describe('A runner', () => {
  it('of any make will do, as long as it takes a title and an asynchronous body.', async () => {
    const outcomes: string[] = []
    const pending: Promise<void>[] = []
    const runner: RunTest = (title, body) => {
      const code = title.split(':', 1)[0]
      const run = body().then(
        () => outcomes.push(`${code} passed`),
        () => outcomes.push(`${code} failed`),
      )
      pending.push(run.then(() => {}))
    }
    const provider: MetricProvider = { contract: 1, query: async () => ({ value: 0 }) }
    metricProviderSuite({
      test: runner,
      create: () => ({ provider, numbers: { a: 0, b: 1 }, noData: 'c', hangs: 'd', refused: 'e', fails: 'f' }),
      patienceMs: 100,
    })
    await Promise.all(pending)

    expect(outcomes.filter(outcome => outcome.endsWith('passed')).sort()).toEqual([
      'metric/check-resolves passed',
      'metric/contract-is-1 passed',
      'metric/lag-is-a-duration passed',
      'metric/sample-time passed',
    ])
  })
})
