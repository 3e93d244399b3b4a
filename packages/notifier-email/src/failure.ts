import { BirdWatchError } from '@birdwatch/core'
import type { NodemailerError } from 'nodemailer'
import { type Login, quote } from './login.js'
import type { Settings } from './options.js'

/** What to look at first, by the code of a failure on the network; the code itself is always told. */
const untrusted = 'its certificate is not trusted; give its authority as `tls.caFile`'
const hints: Readonly<Record<string, string>> = {
  EDNS: 'the host name is not known, check `host`',
  ECONNREFUSED: 'nobody listens there, check `host` and `port`',
  ECONNRESET: 'the connection was closed',
  ECONNECTION: 'the connection was closed',
  EPROTOCOL: 'that is not how a mail server answers, check `port`',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS from the first byte; leave out `secure`, or give another `port`',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; give that as `tls.servername`',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
}

/** The replies by which a server says that it wants another login, or any. */
const loginReplies = new Set([530, 534, 535, 538])

/** A reply of 5yz stays as it is when the message is sent again; 503 is about the connection, not about the message. */
const isPermanent = (reply: number) => reply >= 500 && reply !== 503

/**
 * The catalogue's error for what the client threw. The client's own error is dropped: the server's words in it may echo
 * the login.
 */
export function failureOf(error: unknown, settings: Settings, login: Login | undefined): BirdWatchError {
  const { host, port, timeoutMs } = settings
  const { code = 'an unknown error', originalCode, responseCode, response, command } = error as NodemailerError
  const server = `the mail server ${host}:${port}`
  const words = typeof response === 'string' ? quote(response, login) : undefined
  const said = words === undefined ? '' : `: ${words}`
  if (code === 'ETIMEDOUT') {
    const message = `${server} did not answer within ${timeoutMs} ms (\`timeoutMs\`)`
    return new BirdWatchError('NOTIFIER_TIMEOUT', message)
  }
  if (command === 'STARTTLS') {
    const message = `${server} does not encrypt by STARTTLS${said}; give a port at which it does, or \`secure\` and port 465`
    return new BirdWatchError('NOTIFIER_UNREACHABLE', message)
  }
  if (responseCode !== undefined && !isPermanent(responseCode)) {
    return new BirdWatchError('NOTIFIER_UNREACHABLE', `${server} puts it off${said}`)
  }
  if (code === 'EAUTH' || loginReplies.has(responseCode ?? 0)) {
    const message = `${server} refused the login${said}; check \`user\` and \`password\``
    return new BirdWatchError('NOTIFIER_UNAUTHORIZED', message)
  }
  if (responseCode !== undefined || code === 'EENVELOPE' || code === 'EMESSAGE') {
    return new BirdWatchError('NOTIFIER_REFUSED', `${server} refused the message${said}`)
  }
  const name = String(originalCode ?? code)
  const hint = hints[name] ?? hints[code]
  return new BirdWatchError('NOTIFIER_UNREACHABLE', `${server} could not be reached: ${name}${hint ? `, ${hint}` : ''}`)
}
