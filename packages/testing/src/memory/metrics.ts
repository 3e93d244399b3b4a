import { BirdWatchError, type MetricProvider, type QueryOptions, type Sample } from '@birdwatch/core'
import { untilAborted } from './faults.js'

/** What a query is answered with: a number, null for no data, a sample, an error to reject with, or nothing at all. */
export type MetricAnswer = number | null | Sample | Error | 'hang'

/** One query as it was asked; `count` is how many of the same expression came before. */
export interface MetricQuery extends QueryOptions {
  readonly expression: string
  readonly count: number
}

/** An answer for ever, answers one after the other (the last one for ever), or a function that finds them. */
export type MetricScript =
  | MetricAnswer
  | readonly MetricAnswer[]
  | ((query: MetricQuery) => MetricAnswer | Promise<MetricAnswer>)

/** A metric provider that answers as told, for tests and simulations. */
export interface ScriptedMetrics extends MetricProvider {
  /** Every query so far, oldest first. */
  readonly queries: readonly MetricQuery[]
  /** Answers an expression by another script from now on. */
  script(expression: string, script: MetricScript): void
}

const isList = (script: MetricScript): script is readonly MetricAnswer[] => Array.isArray(script)

/** @param scripts by expression; or one function that answers every expression */
export function scriptedMetrics(
  scripts: Readonly<Record<string, MetricScript>> | ((query: MetricQuery) => MetricAnswer | Promise<MetricAnswer>),
  { lagMs }: { readonly lagMs?: number } = {},
): ScriptedMetrics {
  const byExpression = new Map(typeof scripts === 'function' ? [] : Object.entries(scripts))
  const queries: MetricQuery[] = []
  const counts = new Map<string, number>()

  const scriptOf = (expression: string): MetricScript => {
    const script = byExpression.get(expression)
    if (script !== undefined) return script
    if (typeof scripts === 'function') return scripts
    const known = [...byExpression.keys()].join(', ')
    return new BirdWatchError('METRIC_QUERY_REFUSED', `there is no script for ${expression}, only for ${known}`)
  }

  const answer = async (query: MetricQuery): Promise<MetricAnswer> => {
    const script = scriptOf(query.expression)
    if (typeof script === 'function') return script(query)
    return isList(script) ? (script[Math.min(query.count, script.length - 1)] ?? null) : script
  }

  return {
    contract: 1,
    ...(lagMs === undefined ? {} : { lagMs }),
    queries,
    script: (expression, script) => void byExpression.set(expression, script),
    query: async (expression, options) => {
      options.signal.throwIfAborted()
      const query = { ...options, expression, count: counts.get(expression) ?? 0 }
      counts.set(expression, query.count + 1)
      queries.push(query)
      const found = await answer(query)
      if (found === 'hang') return untilAborted(options.signal)
      if (found instanceof Error) throw found
      return typeof found === 'number' || found === null ? { value: found } : found
    },
  }
}
