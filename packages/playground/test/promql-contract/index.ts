import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, ask, compute } from './answers.js'
import { chosen, random, refused } from './expressions.js'
import { begin, openMetrics } from './samples.js'

/**
 * When it is asked, epoch seconds: never at the moment of a sample or a whole range after one, because Prometheus 2 and
 * 3 differ in whether the beginning of a range belongs to it.
 */
const moments = [begin + 20.5, begin + 130.25, begin + 355.75, begin + 590.5, begin + 700.5]

/** The moment of the recorded answers. */
const recordedAt = begin + 355.75

/** What Prometheus 2.42 answered to the chosen expressions. */
const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as Record<string, Answer>

/**
 * Compares the playground's PromQL with a real Prometheus, on the same samples. `start` is given them as OpenMetrics,
 * loads them with `promtool tsdb create-blocks-from openmetrics`, and returns the URL of a Prometheus on those blocks.
 */
export function promqlContract(name: string, start: (openMetrics: string) => Promise<string>): void {
  describe(`PromQL, as ${name} understands it`, () => {
    let url = ''
    beforeAll(async () => {
      url = await start(openMetrics())
    }, 60_000)

    test.each(chosen)('agrees on %s', async expression => {
      for (const at of moments) expect(compute(expression, at), `at ${at}`).toEqual(await ask(url, expression, at))
    })

    test.each(refused)('refuses %j too', async expression => {
      expect(await ask(url, expression, begin)).toEqual({ error: 'bad_data' })
    })

    test('agrees on 400 expressions made by chance', async () => {
      for (const expression of random(400))
        for (const at of moments.slice(1, 3))
          expect(compute(expression, at), `${expression} at ${at}`).toEqual(await ask(url, expression, at))
    }, 120_000)

    test('answers as it was recorded', async () => {
      const answers = await Promise.all(
        chosen.map(async expression => [expression, await ask(url, expression, recordedAt)]),
      )
      expect(Object.fromEntries(answers)).toEqual(recorded)
    })
  })
}

/** The same without a Prometheus: by the answers that one gave. */
export function recordedContract(): void {
  test.each(chosen)('answers %s as Prometheus did', expression => {
    expect(compute(expression, recordedAt)).toEqual(recorded[expression])
  })

  test.each(refused)('refuses %j, as Prometheus does', expression => {
    expect(compute(expression, begin)).toEqual({ error: 'bad_data' })
  })
}
