import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from './answer.js'

const loopback = ['localhost', '127.0.0.1', '[::1]']

const cookieName = 'birdwatch-token'
export const tokenHeader = 'x-birdwatch-token'

/** The request asks for this machine by one of its own names. */
export const isLoopback = (request: IncomingMessage): boolean => loopback.includes(hostOf(request))

/** The host that was asked for, without its port. */
const hostOf = ({ headers: { host = '' } }: IncomingMessage): string => host.replace(/:\d+$/, '').toLowerCase()

/**
 * Answers only to the names it is meant to have. A page of somebody else whose name was made to point here (DNS
 * rebinding) asks for its own name, and learns nothing.
 */
export function demandHost(request: IncomingMessage, hosts: readonly string[]): void {
  const host = hostOf(request)
  if (isLoopback(request) || hosts.includes(host)) return
  throw new Refusal(
    421,
    `this page is not served as ${JSON.stringify(host)}; open it as localhost, or add the name to \`hosts\``,
  )
}

/**
 * Lets only the page itself act: asked for as loopback, by a script of the very same origin, with a token that only such
 * a script can read and that the browser's cookie confirms.
 */
export class Guard {
  readonly token = randomBytes(32).toString('base64url')

  /** Sent with the token. Other ports of the machine share the cookie, which is why it is one proof among four. */
  readonly cookie = `${cookieName}=${this.token}; Path=/; HttpOnly; SameSite=Strict`

  /** Throws a refusal when the request may come from another page. */
  demandOwnPage(request: IncomingMessage): void {
    const why = this.#whyNot(request)
    if (why !== undefined) throw new Refusal(403, `refused: ${why}; reload the page and try again`)
  }

  #whyNot(request: IncomingMessage): string | undefined {
    const { host, origin, cookie = '', [tokenHeader]: token } = request.headers
    const site = request.headers['sec-fetch-site']
    if (!isLoopback(request)) return 'commands are taken on loopback only'
    if (origin !== `http://${host}`) return 'the request does not come from this page'
    if (site !== undefined && site !== 'same-origin') return 'the request comes from another site'
    if (!this.#matches(token)) return `the header ${tokenHeader} is missing or old`
    const cookies = cookie.split(';').map(part => part.trim())
    return cookies.some(part => part.startsWith(`${cookieName}=`) && this.#matches(part.slice(cookieName.length + 1)))
      ? undefined
      : 'the cookie of this page is missing or old'
  }

  #matches(token: string | readonly string[] | undefined): boolean {
    const given = Buffer.from(typeof token === 'string' ? token : '')
    const expected = Buffer.from(this.token)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
}
