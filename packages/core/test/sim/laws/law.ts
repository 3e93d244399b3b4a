import type { RolloutState } from '../../../src/index.js'

/** Sentences that hold of every fact of a kind, each with the test of whether it holds of this one. */
export type Laws<Fact> = Readonly<Record<string, (fact: Fact) => boolean>>

/** The sentences that a fact breaks. */
export const brokenBy = <Fact>(laws: Laws<Fact>, fact: Fact): string[] =>
  Object.keys(laws).filter(sentence => !laws[sentence]?.(fact))

export const observes = ({ policy }: RolloutState): boolean => policy.mode === 'observe'
