import { expect, test } from 'vitest'
import { ConformanceError, type Fixture, type SuiteOptions } from '../src/index.js'

/** Breaks a fixture that keeps every rule, in one way. */
export type Mutation<Subject> = (subject: Subject) => Subject

/** By rule: what an author may do wrong, and the mutation that does it. */
export type Mutants<Subject, Code extends string> = Readonly<Record<Code, Readonly<Record<string, Mutation<Subject>>>>>

/** The tests that a suite registers, by the code of their rule. */
export function registered<Subject, Code extends string>(
  suite: (options: SuiteOptions<Subject, Code>) => void,
  options: Omit<SuiteOptions<Subject, Code>, 'test'>,
): Map<string, { title: string; body: () => Promise<void> }> {
  const tests = new Map<string, { title: string; body: () => Promise<void> }>()
  const collect = (title: string, body: () => Promise<void>) => {
    const colon = title.indexOf(': ')
    tests.set(title.slice(0, colon), { title: title.slice(colon + 2), body })
  }
  suite({ ...options, test: collect })
  return tests
}

/** What a rule throws on a fixture; undefined when it is kept. */
export async function verdict<Subject, Code extends string>(
  suite: (options: SuiteOptions<Subject, Code>) => void,
  code: string,
  create: () => Subject,
  exceptions: Partial<Record<Code, string>> = {},
): Promise<unknown> {
  const body = registered(suite, { create, exceptions, patienceMs: 200 }).get(code)?.body
  return body?.().then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** One test per mutant: the rule that it breaks catches it. */
export function everyMutantIsCaught<Subject extends Fixture, Code extends string>(
  suite: (options: SuiteOptions<Subject, Code>) => void,
  create: () => Subject,
  mutants: Mutants<Subject, Code>,
): void {
  test('Every rule has a mutant that breaks it.', () => {
    expect(Object.keys(mutants).sort()).toEqual([...registered(suite, { create }).keys()].sort())
  })
  for (const [code, ways] of Object.entries<Readonly<Record<string, Mutation<Subject>>>>(mutants)) {
    for (const [way, mutate] of Object.entries(ways)) {
      test(`${code} catches ${way}.`, async () => {
        const error = await verdict(suite, code, () => mutate(create()))
        expect(error).toBeInstanceOf(ConformanceError)
        expect(error).toMatchObject({ rule: code })
      })
    }
  }
}
