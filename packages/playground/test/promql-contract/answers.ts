import { QueryError } from '../../src/metrics/promql/errors.js'
import { query } from '../../src/metrics/query.js'
import { store } from './samples.js'

/** An answer in a form in which two of them can be compared. */
export type Answer = { readonly error: string } | { readonly type: string; readonly result: unknown }

const samples = store()

/** What the playground answers. @param at epoch seconds */
export function compute(expression: string, at: number): Answer {
  try {
    const { resultType, result } = query(samples, expression, 1_000 * at)
    return { type: resultType, result: comparable(result) }
  } catch (error) {
    if (error instanceof QueryError) return { error: error.type }
    throw error
  }
}

/** What a Prometheus answers. */
export async function ask(url: string, expression: string, at: number): Promise<Answer> {
  const body = new URLSearchParams({ query: expression, time: String(at) })
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  const { errorType, data } = (await response.json()) as {
    errorType?: string
    data?: { resultType: string; result: unknown }
  }
  if (errorType !== undefined || !data) return { error: String(errorType) }
  return { type: data.resultType, result: comparable(data.result) }
}

type Point = readonly [number, string]

/** Vectors and matrices as lines in order, numbers to twelve places: sums depend on their order in the last ones. */
function comparable(result: unknown): unknown {
  const [first] = result as [unknown]
  if (typeof first === 'number') return shown(result as Point)
  const elements = result as { metric: Record<string, string>; value?: Point; values?: Point[] }[]
  return elements
    .map(({ metric, value, values = [] }) => {
      const labels = Object.entries(metric).map(([name, text]) => `${name}=${text}`)
      return `{${labels.sort().join(',')}} ${(value ? [value] : values).map(shown).join(' ')}`
    })
    .sort()
}

const shown = ([at, value]: Point): string => `${rounded(value)}@${at}`

function rounded(text: string): string {
  const number = Number(text)
  if (text === '' || !Number.isFinite(number)) return text
  return Math.abs(number) < 1e-12 ? '0' : String(Number(number.toPrecision(12)))
}
