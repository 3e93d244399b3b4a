const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

const duration = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m(?!s))?(\d+s)?(\d+ms)?$/

/** A number or a duration, as a number: of seconds for a duration. Undefined for what is neither. */
export function parseNumber(text: string): number | undefined {
  const lower = text.toLowerCase()
  if (/^[+-]?inf$/.test(lower)) return lower.startsWith('-') ? -Infinity : Infinity
  if (lower === 'nan') return Number.NaN
  if (lower === '') return undefined
  if (duration.test(lower)) return seconds(lower)
  const number = Number(lower.replaceAll('_', ''))
  return Number.isNaN(number) ? undefined : number
}

const seconds = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, n, unit]) => sum + (Number(n) * (unitMs[unit ?? ''] ?? 0)) / 1_000,
    0,
  )

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** The text between the quotes. In backticks nothing is special. */
export function parseString(literal: string): string {
  const inner = literal.slice(1, -1)
  if (literal.startsWith('`')) return inner
  return inner.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|(.))/g,
    (_, u, U, x, octal, plain) => {
      const code = u ?? U ?? x
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      return escapes[plain] ?? plain
    },
  )
}

/** A number as Prometheus writes it in an answer. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Object.is(value, -0) ? '-0' : String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
