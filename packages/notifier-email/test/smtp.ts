import { type AddressInfo, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { selfSigned } from '../../provider-prometheus/test/certificate.js'

/** A message as the server got it. */
export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly secure: boolean
  readonly user: string | undefined
  readonly raw: string
  readonly email: Email
}

/** A reply that refuses a command, or none at all. */
export type Reply = { readonly code: number; readonly text: string } | 'silence'

/** The commands that a server can be told to refuse; `rcpt` by recipient. */
export interface Misbehaviour {
  readonly connect?: Reply
  readonly auth?: Reply
  readonly mail?: Reply
  readonly rcpt?: (address: string) => Reply | undefined
  readonly data?: Reply
}

export interface MailServer {
  readonly host: string
  readonly port: number
  /** Its certificate, which is its own authority. */
  readonly ca: string
  readonly messages: readonly Received[]
  /** The connections that have logged in, or tried to. */
  readonly sessions: readonly string[]
  readonly open: number
  misbehave(how: Misbehaviour): void
  /** Resolves when `count` connections have been made since the start. */
  connected(count: number): Promise<void>
  /** Ends every connection that is open, as a server does with idle ones. */
  disconnect(): void
  close(): Promise<void>
}

export interface MailServerOptions {
  readonly login?: { readonly user: string; readonly pass: string } | undefined
  /** How it encrypts (default `starttls`). */
  readonly tls?: 'starttls' | 'implicit' | 'none'
}

type Done = (error?: Error | null) => void

/** Passes, refuses or leaves a command without an answer. */
const answer = (reply: Reply | undefined, done: Done) => {
  if (reply === undefined) done()
  else if (reply !== 'silence') done(Object.assign(new Error(reply.text), { responseCode: reply.code }))
}

/** A real SMTP server on a port of its own, with a certificate of its own. */
export async function startMailServer({ login, tls = 'starttls' }: MailServerOptions = {}): Promise<MailServer> {
  const { key, cert } = selfSigned('Mail test')
  const messages: Received[] = []
  const sessions: string[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let how: Misbehaviour = {}
  let connections = 0

  const keep = async (stream: Parameters<SMTPServer['onData']>[0], session: SMTPServerSession) => {
    const raw = await buffer(stream)
    const { mailFrom, rcptTo } = session.envelope
    messages.push({
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      secure: session.secure,
      user: session.user || undefined,
      raw: raw.toString('latin1'),
      email: await PostalMime.parse(raw),
    })
  }

  const server = new SMTPServer({
    key,
    cert,
    logger: false,
    secure: tls === 'implicit',
    disabledCommands: [...(tls === 'none' ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    authOptional: login === undefined,
    allowInsecureAuth: tls === 'none',
    disableReverseLookup: true,
    closeTimeout: 1,
    onConnect: (_session, done) => {
      connections++
      for (const { resolve } of waiting.filter(({ count }) => connections >= count)) resolve()
      answer(how.connect, done)
    },
    onAuth: ({ username, password }, session, done) => {
      sessions.push(session.id)
      if (how.auth !== undefined) return answer(how.auth, error => done(error))
      const known = username === login?.user && password === login?.pass
      if (known) done(null, { user: username })
      else done(Object.assign(new Error(`5.7.8 no such login: ${username}, ${password}`), { responseCode: 535 }))
    },
    onMailFrom: (_address, _session, done) => answer(how.mail, done),
    onRcptTo: ({ address }, _session, done) => answer(how.rcpt?.(address), done),
    onData: (stream, session, done) => {
      const end = () => answer(how.data, done)
      if (how.data === undefined) void keep(stream, session).then(end, done)
      else stream.on('end', end).resume()
    },
  })
  // Clients that break off are what some tests are about.
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    ca: cert,
    messages,
    sessions,
    get open() {
      return server.connections.size
    },
    misbehave: next => {
      how = next
    },
    connected: count =>
      new Promise(resolve => {
        if (connections >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    disconnect: () => {
      for (const connection of server.connections) connection.close()
    },
    close: () => new Promise(resolve => server.close(resolve)),
  }
}

/** A server that is none: it does with a connection what it is told. */
export async function startPeer(behaviour: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    behaviour(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
