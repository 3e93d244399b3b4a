/**
 * JSON patch (RFC 6902) for stand-ins of the API server, as far as people, the router and the controller use it. It is
 * stricter than Kubernetes, which lets `replace` add what is not there: nothing of ours may count on that.
 */
export interface PatchOperation {
  readonly op: 'test' | 'replace' | 'add' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** The patched copy of a document; throws when an operation does not apply. */
export function applyPatch<T>(document: T, operations: readonly PatchOperation[]): T

/**
 * Changes a document, and puts the values of the operations into it as they are. False when an operation does not apply:
 * then the document is patched in part.
 */
export function patchInPlace(document: object, operations: readonly PatchOperation[]): boolean
