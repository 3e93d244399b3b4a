import type { KubeError } from '../src/errors.js'

/** What `promise` rejects with; a promise that resolves fails the test. */
export function caught(promise: Promise<unknown>): Promise<KubeError> {
  return promise.then(
    value => {
      throw new Error(`Expected a rejection, but it resolved with ${JSON.stringify(value)}`)
    },
    (error: KubeError) => error,
  )
}
