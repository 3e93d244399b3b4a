import type { DestinationRule } from './objects.js'

/** The one label that moves from version to version. */
export const versionLabel = 'version'

export type Labels = { readonly [label: string]: string }

/** A subset and where it stands. */
export interface SubsetAt {
  readonly rule: DestinationRule
  readonly name: string
  /** JSON pointer of the subset. */
  readonly path: string
  readonly labels: Labels
  /** Its label `version`, which decides whose pods it selects. */
  readonly version: string
}

/** The subset of this name, or the sentence that says why it cannot be used. */
export function findSubset(rule: DestinationRule, name: string): SubsetAt | string {
  const subsets = rule.spec?.subsets ?? []
  const named = subsets.map(subset => subset.name)
  const index = named.indexOf(name)
  if (index < 0) return `has no subset ${name} (found: ${named.join(', ') || 'none'}): requests sent to it would fail`
  if (named.lastIndexOf(name) !== index) return `has more than one subset ${name}: leave one of them`
  const labels = subsets[index]?.labels ?? {}
  const version = labels[versionLabel]
  if (version) return { rule, name, path: `/spec/subsets/${index}`, labels, version }
  return `has a subset ${name} without the label ${versionLabel}: give it the version of the pods that it shall select`
}

/** A label by which a subset, once it selects `version`, would still not select these pods. */
export function mismatch(
  { labels }: SubsetAt,
  version: string,
  pods: Labels,
): { label: string; wanted: string; found: string | undefined } | undefined {
  return Object.entries({ ...labels, [versionLabel]: version })
    .map(([label, wanted]) => ({ label, wanted, found: pods[label] }))
    .find(({ wanted, found }) => wanted !== found)
}
