import { Finding } from './assert.js'
import { describe } from './describe.js'
import { type Patience, patience } from './patience.js'

/** The `test` function of any runner that takes a title and an asynchronous body: vitest, jest, node:test. */
export type RunTest = (title: string, body: () => Promise<void>) => unknown

/** What every fixture may have beside its subject. */
export interface Fixture {
  /** Ends what the fixture began; called after every rule. */
  close?(): void | Promise<void>
}

type Proof<Subject> = (subject: Subject, within: Patience) => Promise<void>

/** One promise of a port, and how it is tested from outside. */
export interface Rule<Subject> {
  /** The promise as a sentence. */
  readonly title: string
  readonly prove: Proof<Subject>
  /** For a feature that may be left out: proves, where the rule is excepted, that it really is. */
  readonly lacking?: Proof<Subject>
}

export type Rules<Subject> = Readonly<Record<string, Rule<Subject>>>

export interface SuiteOptions<Subject, Code extends string> {
  /** The runner's `test`. */
  readonly test: RunTest
  /** Makes a fresh fixture; called once for every rule. */
  readonly create: () => Subject | Promise<Subject>
  /** The rules that this plugin cannot keep, each with the reason: they are listed under it instead of being proven. */
  readonly exceptions?: Readonly<Partial<Record<Code, string>>>
  /** How long an answer may take before it counts as none, milliseconds (default 4000, below the runners' own limits). */
  readonly patienceMs?: number
}

/** A promise that was not kept: which rule, what was seen and what was expected instead. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'

  constructor(
    /** The code of the rule, e.g. `metric/no-data-is-null`. */
    readonly rule: string,
    readonly seen: string,
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`${rule}: saw ${seen}; expected ${expected}`, options)
  }
}

/** Registers one test per rule. Throws at once when an exception names a rule that there is not. */
export function runSuite<Subject extends Fixture, Code extends string>(
  rules: Readonly<Record<Code, Rule<Subject>>>,
  { test, create, exceptions, patienceMs = 4000 }: SuiteOptions<Subject, Code>,
): void {
  const excepted: Readonly<Record<string, string | undefined>> = exceptions ?? {}
  for (const code of Object.keys(excepted)) {
    if (!Object.hasOwn(rules, code)) {
      throw new ConformanceError(code, 'an exception for a rule that does not exist', Object.keys(rules).join(', '))
    }
  }
  for (const [code, rule] of Object.entries<Rule<Subject>>(rules)) {
    const reason = excepted[code]
    const prove = reason === undefined ? rule.prove : (rule.lacking ?? (async () => {}))
    const title = reason === undefined ? rule.title : `does not apply, ${reason}`
    test(`${code}: ${title}`, () => keep(code, create, subject => prove(subject, patience(patienceMs))))
  }
}

async function keep<Subject extends Fixture>(
  code: string,
  create: () => Subject | Promise<Subject>,
  prove: (subject: Subject) => Promise<void>,
): Promise<void> {
  const subject = await create()
  try {
    await prove(subject)
  } catch (cause) {
    if (cause instanceof Finding) throw new ConformanceError(code, cause.seen, cause.expected)
    throw new ConformanceError(code, `the error ${describe(cause)}`, 'none', { cause })
  } finally {
    await subject.close?.()
  }
}
