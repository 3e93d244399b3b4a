/** How to reach a Prometheus, or anything else that answers its HTTP API (Thanos, Mimir, VictoriaMetrics). */
export interface PrometheusOptions {
  /** Where it listens, e.g. `http://prometheus.istio-system.svc:9090`; a path prefix and a query string are kept. */
  readonly url: string
  /** How long one query may take, milliseconds, 1..600000 (default 10000); the server is told the same. */
  readonly timeoutMs?: number
  /** Sent with every request, e.g. `X-Scope-OrgID`. */
  readonly headers?: Readonly<Record<string, string>>
  /** A bearer token; at most one way to authenticate may be given. */
  readonly bearerToken?: string
  /** A file with a bearer token; read again for every query, because such tokens are renewed. */
  readonly bearerTokenFile?: string
  /** A user name for basic authentication, with `password` or `passwordFile`. */
  readonly username?: string
  readonly password?: string
  /** A file with the password; read again for every query. */
  readonly passwordFile?: string
  /** Certificate authorities to trust instead of the system's, as PEM. */
  readonly ca?: string
  /** The same from a file, read once. */
  readonly caFile?: string
  /** Accepts any certificate: for tests only, since anybody may answer then (default false). */
  readonly insecureSkipVerify?: boolean
  /** The largest answer that is read, bytes after decompression, at least 1024 (default 1 MiB). */
  readonly maxResponseBytes?: number
  /** How many requests may be under way at once; the others wait (default 10). */
  readonly concurrency?: number
  /** How far the data lags behind the present, milliseconds (default 0), e.g. behind a remote write. */
  readonly lagMs?: number
  /** Takes an answer although the server says that a part of the data is missing (default false). */
  readonly acceptPartial?: boolean
}

/** The options with their defaults filled in, and proven to fit together. */
export interface Settings {
  readonly options: PrometheusOptions
  readonly queryUrl: string
  /** Names the server in messages, without anything secret that the URL may hold. */
  readonly place: string
  readonly timeoutMs: number
  readonly maxResponseBytes: number
  readonly concurrency: number
}

function demand(holds: boolean, field: keyof PrometheusOptions, expected: string): void {
  // The value is not shown: it may be, or hold, a secret.
  if (!holds) throw new TypeError(`Prometheus provider: \`${field}\` must be ${expected}`)
}

function whole(field: keyof PrometheusOptions, value: number, min: number, max: number): number {
  demand(Number.isInteger(value) && value >= min && value <= max, field, `a whole number from ${min} to ${max}`)
  return value
}

function parseUrl(url: string): URL {
  demand(typeof url === 'string' && URL.canParse(url), 'url', 'a URL such as http://prometheus:9090')
  const parsed = new URL(url)
  demand(['http:', 'https:'].includes(parsed.protocol), 'url', 'an http or https URL')
  demand(parsed.username === '' && parsed.password === '', 'url', 'free of credentials; use `username` and `password`')
  return parsed
}

function checkAuthentication({
  bearerToken,
  bearerTokenFile,
  username,
  password,
  passwordFile,
  headers,
}: PrometheusOptions) {
  const ownHeader = Object.keys(headers ?? {}).find(name => name.toLowerCase() === 'authorization')
  const ways = [bearerToken, bearerTokenFile, username, ownHeader].filter(way => way !== undefined)
  demand(
    ways.length <= 1,
    'headers',
    'without `Authorization` beside one other way to authenticate, of which at most one may be given',
  )
  const passwords = [password, passwordFile].filter(way => way !== undefined)
  demand(
    passwords.length === (username === undefined ? 0 : 1),
    'username',
    'given together with one of `password`, `passwordFile`',
  )
}

/** Throws a `TypeError` that names the option which is wrong. */
export function settle(options: PrometheusOptions): Settings {
  const url = parseUrl(options.url)
  const place = `Prometheus at ${url.origin}${url.pathname.replace(/\/+$/, '')}`
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`
  url.hash = ''
  checkAuthentication(options)
  demand(options.ca === undefined || options.caFile === undefined, 'ca', 'left out when `caFile` is given')
  const { lagMs = 0 } = options
  demand(Number.isFinite(lagMs) && lagMs >= 0, 'lagMs', 'a number of milliseconds, 0 or more')
  return {
    options,
    queryUrl: url.href,
    place,
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? 10_000, 1, 600_000),
    maxResponseBytes: whole('maxResponseBytes', options.maxResponseBytes ?? 1_048_576, 1024, 1_073_741_824),
    concurrency: whole('concurrency', options.concurrency ?? 10, 1, 1000),
  }
}
