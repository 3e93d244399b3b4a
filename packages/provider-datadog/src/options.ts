/** How the points of a window become one number. */
export type Aggregation = 'avg' | 'last' | 'max' | 'min' | 'sum'

/** How to reach Datadog, and how its points become one number. */
export interface DatadogOptions {
  /** The site that the organization is at, e.g. `datadoghq.eu` (default `DD_SITE`, else `datadoghq.com`). */
  readonly site?: string
  /** Asked instead of the site's `https://api.…`, e.g. a proxy; a path prefix is kept. */
  readonly baseUrl?: string
  /** An API key (default `DD_API_KEY`); never shown in an error. */
  readonly apiKey?: string
  /** A file with the API key; read again for every query, because keys are renewed. */
  readonly apiKeyFile?: string
  /** An application key with the scope `timeseries_query` (default `DD_APP_KEY`); never shown in an error. */
  readonly appKey?: string
  /** A file with the application key; read again for every query. */
  readonly appKeyFile?: string
  /** How much of the past one reading is made of, whole seconds, 1..86400 (default 60). */
  readonly windowSeconds?: number
  /** How the points of that window become one number (default `avg`). */
  readonly aggregation?: Aggregation
  /** How far Datadog's data lags behind the present, milliseconds (default 30000): younger points are incomplete. */
  readonly lagMs?: number
  /** How long one query may take, milliseconds, 1..600000 (default 10000). */
  readonly timeoutMs?: number
  /** The largest answer that is read, bytes after decompression, at least 1024 (default 1 MiB). */
  readonly maxResponseBytes?: number
}

/** Where a key comes from. */
export type KeySource = { readonly value: string } | { readonly file: string }

/** The options with their defaults filled in, and proven to fit together. */
export interface Settings {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** Names Datadog in messages, without anything secret that the URL may hold. */
  readonly place: string
  readonly apiKey: KeySource
  readonly appKey: KeySource
  readonly windowSeconds: number
  readonly aggregation: Aggregation
  readonly lagMs: number
  readonly timeoutMs: number
  readonly maxResponseBytes: number
}

/** What the environment says where the options do not. */
type Environment = Readonly<Partial<Record<'DD_SITE' | 'DD_API_KEY' | 'DD_APP_KEY', string>>>

const aggregations: readonly unknown[] = ['avg', 'last', 'max', 'min', 'sum'] satisfies Aggregation[]

function demand(holds: boolean, field: keyof DatadogOptions, expected: string): void {
  // The value is not shown: it may be, or hold, a secret.
  if (!holds) throw new TypeError(`Datadog provider: \`${field}\` must be ${expected}`)
}

function whole(field: keyof DatadogOptions, value: number, min: number, max: number): number {
  demand(Number.isInteger(value) && value >= min && value <= max, field, `a whole number from ${min} to ${max}`)
  return value
}

/** Whether a text can be a key: it has to fit into a header. */
export const isKey = (text: unknown): text is string => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text)

function keySource(
  field: 'apiKey' | 'appKey',
  options: DatadogOptions,
  variable: 'DD_API_KEY' | 'DD_APP_KEY',
  environment: Environment,
): KeySource {
  const { [field]: given, [`${field}File` as const]: file } = options
  demand(given === undefined || file === undefined, field, `left out when \`${field}File\` is given`)
  if (file !== undefined) {
    demand(typeof file === 'string' && file !== '', `${field}File`, 'the path of a file')
    return { file }
  }
  const value = given ?? environment[variable]
  demand(isKey(value), field, `a key without spaces or line ends, or come from \`${field}File\` or from ${variable}`)
  return { value: value as string }
}

function parseBaseUrl({ baseUrl, site }: DatadogOptions, environment: Environment): URL {
  if (baseUrl === undefined) {
    const name = site ?? environment.DD_SITE ?? 'datadoghq.com'
    const known = typeof name === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)
    demand(known, 'site', 'a site such as datadoghq.eu, without https:// and app.')
    return new URL(`https://api.${name}`)
  }
  demand(site === undefined, 'site', 'left out when `baseUrl` is given')
  demand(typeof baseUrl === 'string' && URL.canParse(baseUrl), 'baseUrl', 'a URL such as https://api.datadoghq.eu')
  const url = new URL(baseUrl)
  demand(['http:', 'https:'].includes(url.protocol), 'baseUrl', 'an http or https URL')
  demand(url.username === '' && url.password === '', 'baseUrl', 'free of credentials')
  demand(url.search === '' && url.hash === '', 'baseUrl', 'without a query string')
  return url
}

/** Throws a `TypeError` that names the option which is wrong. */
export function settle(options: DatadogOptions, environment: Environment = process.env): Settings {
  const url = parseBaseUrl(options, environment)
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const { aggregation = 'avg', lagMs = 30_000 } = options
  demand(aggregations.includes(aggregation), 'aggregation', `one of ${aggregations.join(', ')}`)
  demand(Number.isFinite(lagMs) && lagMs >= 0, 'lagMs', 'a number of milliseconds, 0 or more')
  return {
    baseUrl,
    place: `Datadog at ${baseUrl}`,
    apiKey: keySource('apiKey', options, 'DD_API_KEY', environment),
    appKey: keySource('appKey', options, 'DD_APP_KEY', environment),
    windowSeconds: whole('windowSeconds', options.windowSeconds ?? 60, 1, 86_400),
    aggregation,
    lagMs,
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? 10_000, 1, 600_000),
    maxResponseBytes: whole('maxResponseBytes', options.maxResponseBytes ?? 1_048_576, 1024, 1_073_741_824),
  }
}
