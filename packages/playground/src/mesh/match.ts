import type { IncomingHttpHeaders } from 'node:http'
import type { HttpMatch, StringMatch } from './objects.js'

/** What of a request decides its route. */
export interface Asked {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export type Predicate = (asked: Asked) => boolean

const understood: readonly string[] = ['name', 'uri', 'method', 'headers', 'ignoreUriCase']

/** The fields of a match that are not understood here: a route with one is refused, not half obeyed. */
export const unknownMatchFields = (match: HttpMatch): string[] =>
  Object.keys(match).filter(field => !understood.includes(field))

/** Compiles the matches of a route: one of them must hold, each with all that it names. Throws for a wrong regex. */
export function compileMatches(matches: readonly HttpMatch[] = []): Predicate {
  if (matches.length === 0) return () => true
  const compiled = matches.map(compileMatch)
  return asked => compiled.some(holds => holds(asked))
}

function compileMatch({ uri, method, headers = {}, ignoreUriCase = false }: HttpMatch): Predicate {
  const predicates: Predicate[] = []
  const fold = (text: string) => (ignoreUriCase ? text.toLowerCase() : text)
  if (uri) {
    const holds = compileString(ignoreUriCase ? folded(uri) : uri)
    predicates.push(({ path }) => holds(fold(path)))
  }
  if (method) {
    const holds = compileString(method)
    predicates.push(asked => holds(asked.method))
  }
  for (const [name, match] of Object.entries(headers)) {
    const holds = compileString(match)
    predicates.push(asked => {
      const value = asked.headers[name.toLowerCase()]
      return value !== undefined && holds(String(value))
    })
  }
  return asked => predicates.every(holds => holds(asked))
}

const folded = (match: StringMatch): StringMatch =>
  Object.fromEntries(Object.entries(match).map(([kind, text]) => [kind, text.toLowerCase()]))

/** A match that names nothing asks only that there is a value. */
function compileString({ exact, prefix, regex }: StringMatch): (text: string) => boolean {
  if (exact !== undefined) return text => text === exact
  if (prefix !== undefined) return text => text.startsWith(prefix)
  if (regex === undefined) return () => true
  const pattern = new RegExp(`^(?:${regex})$`, 'u')
  return text => pattern.test(text)
}
