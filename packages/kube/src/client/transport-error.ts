import { isKubeError, type KubeError } from '../errors.js'
import type { Call } from './call.js'
import { TooLarge } from './lines.js'

const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_)/

/** Whatever went wrong on the way to a complete answer, as one of our errors. */
export function explain(call: Call, signal: AbortSignal, error: unknown): KubeError {
  if (signal.aborted) return signal.reason as KubeError
  if (isKubeError(error)) return error
  if (error instanceof TooLarge) return call.error('KUBE_TOO_LARGE', 'the answer is larger than allowed.')
  if (error instanceof SyntaxError) return call.error('KUBE_BAD_RESPONSE', 'the answer is not JSON.')
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_INVALID_CHAR')
    return call.error('KUBE_CREDENTIALS', 'the credentials contain a character that no HTTP header may hold.')
  if (code?.startsWith('HPE_')) return call.error('KUBE_BAD_RESPONSE', 'the answer is not HTTP.', { cause: error })
  const kind = isTlsFailure(error) ? 'KUBE_TLS' : 'KUBE_UNREACHABLE'
  // A host with several addresses fails with an AggregateError, whose message is empty.
  return call.error(kind, `${message || code}.`, { cause: error })
}

export function isTlsFailure(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && tlsCode.test(code)
}

/** A kept-alive connection broke before any byte of an answer: most likely the server was just closing it. */
export function isStaleConnection(call: Call, error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return call.reusedConnection && call.status === undefined && (code === 'ECONNRESET' || code === 'EPIPE')
}
