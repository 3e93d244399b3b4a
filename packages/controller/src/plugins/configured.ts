import type { Instance } from '../config/schema.js'
import type { Checked } from './health.js'

/** What providers and notifiers have in common: they stand in the configuration. */
interface Configured {
  readonly instance: Instance
}

/** Those that the BirdWatches of one namespace may use. */
export const allowedIn = <One extends Configured>(all: readonly One[], namespace: string): One[] =>
  all.filter(({ instance }) => instance.namespaces?.includes(namespace) ?? true)

/** The longest that any call may take, milliseconds. */
export const longestTimeoutMs = (all: readonly Configured[]): number =>
  1000 * Math.max(1, ...all.map(({ instance }) => instance.timeoutSeconds))

/** How to ask whether it can be reached, if it can tell. */
export const checkOf = (
  kind: Checked['kind'],
  { name }: Instance,
  { check }: { readonly check?: Checked['check'] },
): Checked => ({ kind, name, ...(check && { check }) })
