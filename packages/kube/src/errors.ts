interface CatalogueEntry {
  /** The same request may succeed later although nobody changes anything. */
  readonly retryable: boolean
  readonly meaning: string
  /** What a person can do; appended to the message. */
  readonly advice?: string
}

/** Every error of this package. The README holds the same table, and a test compares the two. */
export const kubeErrors = {
  KUBE_CONFIG: {
    retryable: false,
    meaning: 'The configuration given to this package cannot be used.',
  },
  KUBE_CREDENTIALS: {
    retryable: true,
    meaning: 'The credentials could not be read: a file is missing, or an exec plugin failed.',
  },
  KUBE_BAD_REQUEST: {
    retryable: false,
    meaning: 'The server refused the form of the request: 400, 405, 415 or another 4xx without a code of its own.',
  },
  KUBE_UNAUTHORIZED: {
    retryable: true,
    meaning: 'The server does not know the caller: 401, also after the credentials were read again.',
    advice: 'Check the user of the kubeconfig context, or the service account token.',
  },
  KUBE_FORBIDDEN: {
    retryable: false,
    meaning: 'The caller lacks a permission: 403.',
    advice: 'Grant it with a Role or ClusterRole.',
  },
  KUBE_NOT_FOUND: {
    retryable: false,
    meaning: 'The object, or the kind of object, does not exist: 404.',
  },
  KUBE_CONFLICT: {
    retryable: true,
    meaning: 'The object changed since it was read, or another field manager owns a field: 409. Read it again.',
  },
  KUBE_ALREADY_EXISTS: {
    retryable: false,
    meaning: 'An object of that name exists: 409 with reason AlreadyExists.',
  },
  KUBE_GONE: {
    retryable: true,
    meaning: 'The resourceVersion or the continue token is too old: 410, or a watch event that says so. List again.',
  },
  KUBE_INVALID: {
    retryable: false,
    meaning: 'Schema, validation or the patch itself was refused: 422. `causes` names the fields.',
  },
  KUBE_THROTTLED: {
    retryable: true,
    meaning: 'The server asks for fewer requests: 429. `retryAfterMs` says how long to wait, if the server did.',
  },
  KUBE_SERVER: {
    retryable: true,
    meaning: 'The server, a webhook or a proxy failed: 5xx. A write may have taken effect.',
  },
  KUBE_TIMEOUT: {
    retryable: true,
    meaning: 'No complete answer within the deadline, or a watch that fell silent. A write may have taken effect.',
  },
  KUBE_UNREACHABLE: {
    retryable: true,
    meaning: 'No connection, or it broke before the answer was complete. A write may have taken effect.',
    advice: 'Check the server address of the kubeconfig and the network between.',
  },
  KUBE_TLS: {
    retryable: false,
    meaning: 'The TLS handshake failed, mostly because one side does not trust the certificate of the other.',
    advice: 'Check certificate-authority, tls-server-name and the client certificate of the kubeconfig.',
  },
  KUBE_BAD_RESPONSE: {
    retryable: true,
    meaning: 'The answer is not what a Kubernetes API sends: not JSON, truncated or redirected.',
  },
  KUBE_TOO_LARGE: {
    retryable: false,
    meaning: 'The answer, or one watch event, is larger than `maxResponseBytes`.',
    advice: 'Raise maxResponseBytes, or ask for less with a selector or a smaller pageSize.',
  },
  KUBE_NOT_SERVED: {
    retryable: false,
    meaning: 'The server serves the API group in none of the wanted versions, or not at all.',
  },
  KUBE_ABORTED: {
    retryable: false,
    meaning: "The caller's signal was aborted. A write may have taken effect.",
  },
} as const satisfies Record<`KUBE_${string}`, CatalogueEntry>

export type KubeErrorCode = keyof typeof kubeErrors

/** One reason for a refusal, as in `details.causes` of a Kubernetes Status. */
export interface StatusCause {
  readonly field?: string
  readonly reason?: string
  readonly message?: string
}

export interface KubeErrorDetails {
  /** The HTTP status, when there was an answer. */
  readonly status?: number | undefined
  /** The server's own `reason`, e.g. `Expired`. */
  readonly reason?: string | undefined
  /** The server's own sentence. */
  readonly serverMessage?: string | undefined
  readonly causes?: readonly StatusCause[] | undefined
  /** How long the server asks to wait, milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** Whether the server changed something: always false for a read. */
  readonly tookEffect?: boolean | 'unknown'
  /** `get`, `list`, `watch`, `create`, `replace`, `patch` or `delete`. */
  readonly verb?: string | undefined
  readonly path?: string | undefined
  readonly cause?: unknown
}

/** Recognise it by `code` with `isKubeError`, never by `instanceof`: two copies of this package may be installed. */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly code: KubeErrorCode
  readonly retryable: boolean
  readonly tookEffect: boolean | 'unknown'
  readonly status: number | undefined
  readonly reason: string | undefined
  readonly serverMessage: string | undefined
  readonly causes: readonly StatusCause[]
  readonly retryAfterMs: number | undefined
  readonly verb: string | undefined
  readonly path: string | undefined

  constructor(code: KubeErrorCode, message: string, details: KubeErrorDetails = {}) {
    const { retryable, advice }: CatalogueEntry = kubeErrors[code]
    super(advice ? `${message} ${advice}` : message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retryable = retryable
    this.tookEffect = details.tookEffect ?? false
    this.status = details.status
    this.reason = details.reason
    this.serverMessage = details.serverMessage
    this.causes = details.causes ?? []
    this.retryAfterMs = details.retryAfterMs
    this.verb = details.verb
    this.path = details.path
  }
}

/** True for an error of this package, by its `code`; with `codes`, for one of those only. */
export function isKubeError(error: unknown, ...codes: KubeErrorCode[]): error is KubeError {
  const code = (error as { code?: unknown } | null | undefined)?.code
  if (typeof code !== 'string' || !Object.hasOwn(kubeErrors, code)) return false
  return codes.length === 0 || codes.includes(code as KubeErrorCode)
}
