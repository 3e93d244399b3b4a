import type { Clock } from '@birdwatch/core'
import type { Request } from './kube/observed.js'

/** A request that the API server refused because a Role lacks a rule. */
export interface MissingPermission {
  /** As a rule names it. */
  readonly verb: string
  readonly resource: string
  /** Empty: in the whole cluster. */
  readonly namespace: string
  /** The API server's own words. */
  readonly message: string
}

/** What was refused this long ago and was not asked for since may be permitted by now, milliseconds. */
const forgottenAfterMs = 600_000

/** Admission and quotas answer 403, too; these are the words of authorization. */
const unauthorized = /\bcannot \w+ resource\b/

const verbs: Readonly<Partial<Record<Request['verb'], string>>> = { replace: 'update' }

/** Remembers what the controller lacks permission for, until it is permitted. */
export class Permissions {
  readonly #missing = new Map<string, MissingPermission & { readonly at: number }>()

  /** @param changed told when something is missing that was not, or is no longer */
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly changed: () => void,
  ) {}

  /** Takes note of how a request ended. */
  saw({ verb, resource, namespace, code, error = '' }: Omit<Request, 'ms'>): void {
    const key = `${verb} ${resource} ${namespace}`
    const known = this.#missing.has(key)
    if (code === 'KUBE_FORBIDDEN' && unauthorized.test(error)) {
      const found = { verb: verbs[verb] ?? verb, resource, namespace, message: error, at: this.clock.now() }
      this.#missing.set(key, found)
      if (!known) this.changed()
    } else if (code === 'OK' && known) {
      this.#missing.delete(key)
      this.changed()
    }
  }

  /** Everything that is missing, or what matters in one namespace. */
  missing(namespace?: string): MissingPermission[] {
    const since = this.clock.now() - forgottenAfterMs
    return [...this.#missing.values()].filter(
      found =>
        found.at >= since && (namespace === undefined || found.namespace === '' || found.namespace === namespace),
    )
  }
}

/** `list virtualservices`, each once whatever the namespace. */
export const permissionsText = (missing: readonly MissingPermission[]): string =>
  [...new Set(missing.map(({ verb, resource }) => `${verb} ${resource}`))].join(', ')
