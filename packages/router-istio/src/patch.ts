import type { ObjectMeta, Operation } from './objects.js'
import type { Portion } from './routes.js'
import { type SubsetAt, versionLabel } from './subsets.js'

/** A weight that a destination is to have. */
export interface Wish {
  readonly portion: Portion
  readonly weight: number
}

/** Makes a patch valid for one version of the object alone: at any other, the API server answers 409 and writes nothing. */
export const guarded = ({ resourceVersion }: ObjectMeta, operations: readonly Operation[]): Operation[] => [
  { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ...operations,
]

/**
 * Sets the weights of one route, leaf by leaf, as far as they differ. The destinations are tested first: they are found
 * by their place in a list, and without a guard the list may have changed.
 */
export function weightOperations(wishes: readonly Wish[]): Operation[] {
  const changes = wishes.filter(({ portion, weight }) => (portion.weight ?? 0) !== weight)
  return [
    ...changes.flatMap(({ portion }) => identity(portion)),
    ...changes.map(
      ({ portion, weight }): Operation => ({
        op: portion.weight === undefined ? 'add' : 'replace',
        path: `${portion.path}/weight`,
        value: weight,
      }),
    ),
  ]
}

/** Points a subset at another version, if it does not point there yet. */
export const versionOperations = ({ name, path, version }: SubsetAt, wanted: string): Operation[] =>
  version === wanted
    ? []
    : [
        { op: 'test', path: `${path}/name`, value: name },
        { op: 'replace', path: `${path}/labels/${versionLabel}`, value: wanted },
      ]

const identity = ({ path, destination: { host = '', subset = '' } }: Portion): Operation[] => [
  { op: 'test', path: `${path}/destination/host`, value: host },
  { op: 'test', path: `${path}/destination/subset`, value: subset },
]
