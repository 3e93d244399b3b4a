import { BirdWatchError, SimulatedClock } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { type MetricScript, scriptedMetrics } from './metrics.js'

const { signal } = new AbortController()
const values = async (script: MetricScript, count: number) => {
  const metrics = scriptedMetrics({ errors: script })
  const samples = []
  for (let i = 0; i < count; i++) samples.push(await metrics.query('errors', { at: i * 1000, signal }))
  return samples.map(({ value }) => value)
}

describe('scriptedMetrics', () => {
  it('answers with one value for ever.', async () => {
    expect(await values(0.5, 3)).toEqual([0.5, 0.5, 0.5])
  })

  it('answers with one value after the other, the last one for ever; null is no data.', async () => {
    expect(await values([0, null, 2], 5)).toEqual([0, null, 2, 2, 2])
  })

  it('answers with what a function finds, by the moment and by how often it was asked.', async () => {
    expect(await values(({ at, count }) => at + count, 3)).toEqual([0, 1001, 2002])
  })

  it('answers with a whole sample where its time matters.', async () => {
    const metrics = scriptedMetrics({ errors: { value: 1, at: 42 } })

    expect(await metrics.query('errors', { at: 0, signal })).toEqual({ value: 1, at: 42 })
  })

  it('rejects with an error of the script.', async () => {
    const error = new BirdWatchError('METRIC_THROTTLED', 'slow down', { retryAfterMs: 1000 })

    await expect(values([1, error], 2)).rejects.toBe(error)
  })

  it('refuses an expression without a script, and names those that have one.', async () => {
    const metrics = scriptedMetrics({ errors: 1, latency: 2 })

    const error = await metrics.query('traffic', { at: 0, signal }).catch((e: unknown) => e)

    expect(error).toMatchObject({ code: 'METRIC_QUERY_REFUSED', message: expect.stringContaining('errors, latency') })
  })

  it('answers every expression when it is given one function.', async () => {
    const metrics = scriptedMetrics(({ expression }) => expression.length)

    expect(await metrics.query('four', { at: 0, signal })).toEqual({ value: 4 })
  })

  it('takes another script for an expression midway.', async () => {
    const metrics = scriptedMetrics({ errors: 1 })
    metrics.script('errors', 'hang')
    const controller = new AbortController()

    const query = metrics.query('errors', { at: 0, signal: controller.signal })
    controller.abort(new Error('stop'))

    await expect(query).rejects.toThrow('stop')
  })

  it('takes its time on a clock that the script sleeps on.', async () => {
    const clock = new SimulatedClock()
    const metrics = scriptedMetrics({ errors: ({ signal: ending }) => clock.sleep(500, ending).then(() => 1) })

    const query = metrics.query('errors', { at: 0, signal })
    await clock.advance(500)

    expect(await query).toEqual({ value: 1 })
  })

  it('keeps a record of what it was asked.', async () => {
    const metrics = scriptedMetrics({ errors: 1 }, { lagMs: 30_000 })
    await metrics.query('errors', { at: 5000, from: 1000, signal })

    expect(metrics.lagMs).toBe(30_000)
    expect(metrics.queries).toMatchObject([{ expression: 'errors', at: 5000, from: 1000, count: 0 }])
  })
})
