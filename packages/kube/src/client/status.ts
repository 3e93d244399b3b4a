import type { IncomingHttpHeaders } from 'node:http'
import type { KubeError, KubeErrorCode, StatusCause } from '../errors.js'
import type { Call } from './call.js'

/** The part of a Kubernetes `Status` that says why something was refused. */
interface Status {
  kind?: unknown
  code?: number
  reason?: string
  message?: string
  details?: { causes?: StatusCause[]; retryAfterSeconds?: number }
}

const codeByStatus: Readonly<Record<number, KubeErrorCode>> = {
  401: 'KUBE_UNAUTHORIZED',
  403: 'KUBE_FORBIDDEN',
  404: 'KUBE_NOT_FOUND',
  409: 'KUBE_CONFLICT',
  410: 'KUBE_GONE',
  422: 'KUBE_INVALID',
  429: 'KUBE_THROTTLED',
}

/** The error for an answer that is not a success: `body` is a Kubernetes Status, or whatever a proxy wrote. */
export function errorFromAnswer(call: Call, status: number, headers: IncomingHttpHeaders, body: string): KubeError {
  return refusal(call, status, parseStatus(body) ?? { message: excerpt(body) }, headers['retry-after'])
}

/** The error for an ERROR event inside a watch that began well. */
export function errorFromEvent(call: Call, object: unknown): KubeError {
  const status = isStatus(object) ? object : {}
  return refusal(call, status.code ?? 500, status, undefined)
}

function refusal(call: Call, status: number, answer: Status, retryAfter: string | undefined): KubeError {
  const said = [answer.reason, answer.message].filter(Boolean).join(', ')
  return call.error(codeOf(status, answer.reason), `answered ${status}${said ? ` (${said})` : ''}.`, {
    status,
    reason: answer.reason,
    serverMessage: answer.message,
    causes: answer.details?.causes,
    retryAfterMs: retryAfterMs(retryAfter) ?? secondsToMs(answer.details?.retryAfterSeconds),
  })
}

function codeOf(status: number, reason: string | undefined): KubeErrorCode {
  if (reason === 'AlreadyExists') return 'KUBE_ALREADY_EXISTS'
  if (status < 400) return 'KUBE_BAD_RESPONSE'
  if (status >= 500) return 'KUBE_SERVER'
  return codeByStatus[status] ?? 'KUBE_BAD_REQUEST'
}

function parseStatus(body: string): Status | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return isStatus(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isStatus(value: unknown): value is Status {
  return (value as Status | null)?.kind === 'Status'
}

/** Enough of a foreign body to recognise who sent it. */
function excerpt(body: string): string {
  const text = body.replace(/\s+/g, ' ').trim()
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Retry-After is a number of seconds or an HTTP date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+$/.test(header)) return secondsToMs(Number(header))
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000
}
