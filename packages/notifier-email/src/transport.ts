import { BirdWatchError, withDeadline } from '@birdwatch/core'
import nodemailer, { type SendMailOptions } from 'nodemailer'
import { failureOf } from './failure.js'
import { type Login, quote, readLogin } from './login.js'
import type { Settings } from './options.js'

/** A recipient whom the server refused while it took others, and its words. */
export interface Refused {
  readonly recipient: string
  readonly answer: string
}

export interface Transport {
  /** Sends a message; resolves with the recipients that were refused, which are never all of them. */
  send(mail: SendMailOptions, caller: AbortSignal): Promise<Refused[]>
  /** Connects, encrypts and logs in, and sends nothing. */
  verify(caller: AbortSignal): Promise<void>
  close(): void
}

/** How long a connection is kept for the next message, milliseconds: servers end it soon, and it keeps a process alive. */
const idleMs = 10_000

function createPool({ host, port, secure, requireTLS, tls, timeoutMs, pool }: Settings, login: Login | undefined) {
  return nodemailer.createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS,
    tls: { ...tls },
    // Forced: a server that offers no login would otherwise get the message without one.
    ...(login === undefined ? {} : { auth: { ...login }, forceAuth: true }),
    maxConnections: pool,
    idleTimeout: idleMs,
    // Once, for a connection that the server ended while it was kept; the host repeats everything else.
    maxRequeues: 1,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** Sends over connections that are kept, each call within the deadline of the settings. */
export function createTransport(settings: Settings): Transport {
  const { host, port, timeoutMs } = settings
  let current: { readonly login: Login | undefined; readonly pool: ReturnType<typeof createPool> } | undefined
  const late = () =>
    new BirdWatchError(
      'NOTIFIER_TIMEOUT',
      `the mail server ${host}:${port} did not take the message within ${timeoutMs} ms (\`timeoutMs\`)`,
    )
  const close = () => {
    current?.pool.close()
    current = undefined
  }

  /** A pool logs in as it was made to, so that a renewed password needs another one. */
  async function poolOfNow() {
    const login = await readLogin(settings)
    if (current !== undefined && current.login?.pass === login?.pass) return current
    close()
    current = { login, pool: createPool(settings, login) }
    return current
  }

  const run = <T>(caller: AbortSignal, use: (with_: NonNullable<typeof current>, signal: AbortSignal) => Promise<T>) =>
    withDeadline({ ms: timeoutMs, late, signal: caller }, async signal => {
      const opened = await poolOfNow()
      return use(opened, signal).catch((error: unknown) => {
        throw failureOf(error, settings, opened.login)
      })
    })

  return {
    send: (mail, caller) =>
      run(caller, async ({ pool, login }, signal) => {
        const { rejectedErrors = [] } = await pool.sendMail({ ...mail, signal })
        return rejectedErrors.map(({ recipient, response }) => ({
          recipient: String(recipient),
          answer: quote(String(response), login),
        }))
      }),
    verify: caller => run(caller, async ({ pool }) => void (await pool.verify())),
    close,
  }
}
