import { readFileSync } from 'node:fs'
import type { Logger } from '@birdwatch/core'
import { type Address, parseAddress } from './address.js'

/** What the certificate of the server is held against. */
export interface TlsOptions {
  /** Certificate authorities to trust instead of the system's, as PEM. */
  readonly ca?: string
  /** The same from a file, read once. */
  readonly caFile?: string
  /** The name that the certificate must be for, where that is not `host`. */
  readonly servername?: string
}

/** How to reach a mail server, and who gets mail. */
export interface EmailOptions {
  /** The mail server that takes the messages. */
  readonly host: string
  /** Its port (default 587, or 465 when `secure`). */
  readonly port?: number
  /** TLS from the first byte, rather than by STARTTLS (default: at port 465). */
  readonly secure?: boolean
  /** Sends nothing over a connection that STARTTLS did not encrypt (default true). */
  readonly requireTLS?: boolean
  /** The user to log in as, with `password` or `passwordFile`; left out, nobody logs in. */
  readonly user?: string
  /** Never shown in an error or a log. */
  readonly password?: string
  /** A file with the password; read again for every message, because passwords are renewed. */
  readonly passwordFile?: string
  /** The sender: `birdwatch@example.com`, or `BirdWatch <birdwatch@example.com>`. */
  readonly from: string
  /** At least one recipient, written in the same way. */
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly tls?: TlsOptions
  /** How long one delivery may take, waiting for a free connection included, milliseconds, 1..600000 (default 30000). */
  readonly timeoutMs?: number
  /** How many connections may be open at once, 1..20 (default 2); they are kept for 10 s after a message. */
  readonly pool?: number
  /** Also mails every step of a rollout, not only what people should know (default false). */
  readonly progress?: boolean
  /** Told of the recipients that were refused while others were not. */
  readonly logger?: Pick<Logger, 'warn'>
}

/** The options with their defaults filled in, and proven to fit together. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly requireTLS: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  readonly passwordFile: string | undefined
  readonly from: Address
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly tls: { readonly ca?: string; readonly servername?: string }
  readonly timeoutMs: number
  readonly pool: number
  readonly progress: boolean
  readonly logger: Pick<Logger, 'warn'> | undefined
}

function demand(holds: boolean, field: string, expected: string): void {
  // The value is not shown: it may be the password.
  if (!holds) throw new TypeError(`E-mail notifier: \`${field}\` must be ${expected}`)
}

function whole(field: keyof EmailOptions, value: number, min: number, max: number): number {
  demand(Number.isInteger(value) && value >= min && value <= max, field, `a whole number from ${min} to ${max}`)
  return value
}

function flag(field: keyof EmailOptions, value: boolean): boolean {
  demand(typeof value === 'boolean', field, 'true or false')
  return value
}

/** A text in one line, not empty, with nothing around it. */
const isLine = (value: unknown) => typeof value === 'string' && /^\S(\P{Cc}*\S)?$/u.test(value)

function address(field: string, text: string): Address {
  const parsed = parseAddress(text)
  demand(parsed !== undefined, field, 'an address such as team@example.com, or Team <team@example.com>')
  return parsed as Address
}

function addresses(field: 'to' | 'cc', texts: readonly string[], least: number): Address[] {
  demand(
    Array.isArray(texts) && texts.length >= least,
    field,
    `a list of${least === 0 ? '' : ' one or more'} addresses`,
  )
  return texts.map((text, i) => address(`${field}[${i}]`, text))
}

function checkLogin({ user, password, passwordFile }: EmailOptions): void {
  const passwords = [password, passwordFile].filter(way => way !== undefined)
  const fits = passwords.length === (user === undefined ? 0 : 1)
  demand(fits, 'user', 'given together with one of `password`, `passwordFile`')
  demand(user === undefined || isLine(user), 'user', 'a name in one line')
  demand(password === undefined || (typeof password === 'string' && password !== ''), 'password', 'a text, not empty')
  demand(passwordFile === undefined || isLine(passwordFile), 'passwordFile', 'the path of a file')
}

function settleTls({ ca, caFile, servername }: TlsOptions): Settings['tls'] {
  demand(ca === undefined || caFile === undefined, 'tls.ca', 'left out when `tls.caFile` is given')
  demand(servername === undefined || isLine(servername), 'tls.servername', 'a host name')
  const authorities = caFile === undefined ? ca : readFileSync(caFile, 'utf8')
  return { ...(authorities && { ca: authorities }), ...(servername && { servername }) }
}

/** Throws a `TypeError` that names the option which is wrong. */
export function settle(options: EmailOptions): Settings {
  const { host, user, password, passwordFile, logger } = options
  demand(isLine(host) && !/[\s/]/.test(host), 'host', 'a host name, without a protocol')
  checkLogin(options)
  const secure = flag('secure', options.secure ?? options.port === 465)
  return {
    host,
    port: whole('port', options.port ?? (secure ? 465 : 587), 1, 65_535),
    secure,
    requireTLS: flag('requireTLS', options.requireTLS ?? true),
    user,
    password,
    passwordFile,
    from: address('from', options.from),
    to: addresses('to', options.to, 1),
    cc: addresses('cc', options.cc ?? [], 0),
    tls: settleTls(options.tls ?? {}),
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? 30_000, 1, 600_000),
    pool: whole('pool', options.pool ?? 2, 1, 20),
    progress: flag('progress', options.progress ?? false),
    logger,
  }
}
