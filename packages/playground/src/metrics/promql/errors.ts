/** A query that is refused, with Prometheus's name for the kind of error. */
export class QueryError extends Error {
  readonly type: 'bad_data' | 'execution'

  constructor(type: QueryError['type'], message: string) {
    super(message)
    this.name = 'QueryError'
    this.type = type
  }
}

/** The expression is wrong at a place of it. */
export function parseError(query: string, at: number, message: string): QueryError {
  const before = query.slice(0, at).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  return new QueryError('bad_data', `invalid parameter "query": ${before.length}:${column}: parse error: ${message}`)
}

/** What Prometheus would do, and the playground does not. */
export const unsupported = (query: string, at: number, what: string): QueryError =>
  parseError(query, at, `${what} is not supported by the playground; give it a real Prometheus`)

/** The expression is right, but can not be computed from what was found. */
export const executionError = (message: string): QueryError => new QueryError('execution', message)
