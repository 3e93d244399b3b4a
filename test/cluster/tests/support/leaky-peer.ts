import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Peers that refuse, and put all they were sent into the words of the refusal: what careless servers and proxies do. */

type Answer = (response: http.ServerResponse, echo: string) => void

const said =
  (status: number, type = 'application/json'): Answer =>
  (response, echo) => {
    // What each API looks for in an answer: Prometheus, Datadog, Slack.
    const words = { status: 'error', errorType: 'internal', error: echo, errors: [echo], ok: false, warnings: [echo] }
    response.writeHead(status, { 'content-type': type, 'x-ratelimit-name': echo }).end(JSON.stringify(words))
  }

/** In turn, for each of those who ask. */
const answers: readonly Answer[] = [
  said(401),
  said(400),
  (response, echo) => response.writeHead(302, { location: `http://elsewhere/${encodeURIComponent(echo)}` }).end(),
  said(500),
  said(200, 'text/html'),
  said(200),
  response => response.destroy(),
]

export class LeakyPeer {
  /** Everything that was sent to it: headers and bodies. */
  readonly received: string[] = []
  readonly #turns = new Map<string, number>()
  readonly #server: http.Server | https.Server

  private constructor(tls: { cert: Buffer; key: Buffer } | undefined) {
    const answer = (request: http.IncomingMessage, response: http.ServerResponse) =>
      void this.#answer(request, response)
    this.#server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer)
  }

  /** @param certificate of nobody's authority: its clients end the connection */
  static async start(certificate?: { cert: string; key: string }): Promise<LeakyPeer> {
    const read = ({ cert, key }: { cert: string; key: string }) => ({
      cert: readFileSync(cert),
      key: readFileSync(key),
    })
    const peer = new LeakyPeer(certificate && read(certificate))
    peer.#server.listen(0, '127.0.0.1')
    await once(peer.#server, 'listening')
    return peer
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** How often somebody with this secret has asked. */
  asked(secret: string): number {
    return this.received.filter(headers => headers.includes(secret)).length
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const echo = request.rawHeaders.filter((_, i) => i % 2 === 1).join(' ')
    const body = await text(request)
    this.received.push(`${echo} ${body}`)
    const { authorization = '', 'dd-api-key': key = '' } = request.headers
    const turn = this.#turns.get(`${authorization} ${key}`) ?? 0
    this.#turns.set(`${authorization} ${key}`, turn + 1)
    answers[turn % answers.length]?.(response, echo)
  }
}

/** A mail server that refuses every login, with the login in its answer. */
export class LeakyMailServer {
  readonly logins: string[] = []
  readonly #server = net.createServer(socket => this.#talk(socket))

  static async start(): Promise<LeakyMailServer> {
    const server = new LeakyMailServer()
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.#server.close()
  }

  #talk(socket: net.Socket): void {
    const say = (line: string) => socket.write(`${line}\r\n`)
    socket.on('error', () => {})
    socket.on('data', data => {
      const line = data.toString().trim()
      if (/^EHLO/i.test(line)) return say('250-leaky\r\n250 AUTH PLAIN')
      const [, login = ''] = /^AUTH PLAIN (.*)$/i.exec(line) ?? []
      const plain = Buffer.from(login, 'base64').toString().replaceAll('\0', ' ')
      if (login !== '') this.logins.push(plain)
      say(login === '' ? '250 OK' : `535 5.7.8 no such login: ${login} (${plain.trim()})`)
    })
    say('220 leaky ESMTP')
  }
}
