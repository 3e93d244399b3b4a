import { type ErrorCode, errorCatalogue } from '@birdwatch/core'
import { describe } from './describe.js'

/** What a rule found wrong; the suite adds the rule's code to it. */
export class Finding extends Error {
  constructor(
    readonly seen: string,
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`saw ${seen}; expected ${expected}`, options)
  }
}

export function assert(holds: boolean, seen: string, expected: string): asserts holds {
  if (!holds) throw new Finding(seen, expected)
}

/** Compares as JSON does, so that the order of keys and absent members do not matter. */
export function assertEqual(what: string, seen: unknown, expected: unknown): void {
  assert(describe(seen) === describe(expected), `${what} ${describe(seen)}`, describe(expected))
}

/** Whether a store that keeps text can keep it. */
function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson)
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value !== 'object') return ['string', 'boolean', 'object'].includes(typeof value)
  const plain = Object.getPrototypeOf(value) === Object.prototype
  return plain && Object.values(value).every(member => member === undefined || isJson(member))
}

export function assertJson(what: string, value: unknown): void {
  assert(isJson(value), `${what} ${describe(value)} of ${Object.prototype.toString.call(value)}`, 'plain JSON')
}

/** What a promise rejects with; resolving is a finding. */
export async function rejection(what: string, promise: Promise<unknown>, expected = 'a rejection'): Promise<unknown> {
  const outcome = await promise.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome) return outcome.error
  throw new Finding(`${what} resolve to ${describe(outcome.value)}`, expected)
}

/** Checks that an error is one of the catalogue's, says so consistently, and is one of `codes`. */
export function assertCoded(what: string, error: unknown, codes: readonly ErrorCode[]): void {
  const expected = `an error with code ${codes.join(' or ')}`
  const seen = `${what} reject with ${describe(error)}`
  const { code, retryable, message } = (error ?? {}) as { code?: ErrorCode; retryable?: unknown; message?: unknown }
  assert(code !== undefined && codes.includes(code), seen, expected)
  assert(
    retryable === errorCatalogue[code].retryable,
    `${seen} and retryable ${describe(retryable)}`,
    `retryable ${errorCatalogue[code].retryable}, as the catalogue says of ${code}`,
  )
  assert(typeof message === 'string' && message.trim() !== '', `${seen} without a message`, 'a sentence for people')
}

/** Every code of the catalogue that begins with `prefix`. */
export const codesOf = (prefix: string): ErrorCode[] =>
  (Object.keys(errorCatalogue) as ErrorCode[]).filter(code => code.startsWith(prefix))

const orExcepted = 'or this rule in `exceptions` with the reason why it does not apply'

/** A part of the fixture that a rule cannot do without. */
export function given<T>(part: T | undefined, name: string): T {
  assert(part !== undefined, `a fixture without \`${name}\``, `\`${name}\` in the fixture, ${orExcepted}`)
  return part
}

/** A feature that a plugin may leave out, and a rule is about. */
export function offered<T>(feature: T | undefined, name: string): T {
  assert(feature !== undefined, `no \`${name}\``, `\`${name}\`, ${orExcepted}`)
  return feature
}
