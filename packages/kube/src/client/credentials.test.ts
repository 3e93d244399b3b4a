import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { caught } from '../../test/caught.js'
import { CertificateAuthority } from '../../test/certificates.js'
import { answerJson, startServer } from '../../test/server.js'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { tempDir } from '../../test/temp-dir.js'
import { createClient } from './client.js'

const path = '/version'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A KubeConfig for one server and one user, as `clusters[0].cluster` and `users[0].user` of a kubeconfig file. */
function configOf(cluster: object, user: object): KubeConfig {
  const config = new KubeConfig()
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  )
  return config
}

/** Answers with who the caller is, by certificate and by header. */
const whoAmI: RequestListener = (request, response) => {
  const { subject } = (request.socket as TLSSocket).getPeerCertificate?.() ?? {}
  answerJson(response, { certificate: subject?.CN, authorization: request.headers.authorization })
}

/** Lets in only bearers of the token. */
const onlyWith =
  (token: () => string): RequestListener =>
  (request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${token()}`
    answerJson(response, isKnown ? { token: token() } : { kind: 'Status' }, isKnown ? 200 : 401)
  }

async function startTls(handler: RequestListener) {
  const authority = new CertificateAuthority()
  const tls = { ...authority.issue('server'), ca: authority.cert, requestCert: true, rejectUnauthorized: false }
  const server = await startServer(handler, { tls })
  return { authority, server, cluster: { server: server.url, 'certificate-authority-data': base64(authority.cert) } }
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

test('a client certificate is presented, and a hundred requests share one TLS connection', async () => {
  const { authority, server, cluster } = await startTls(whoAmI)
  const { cert, key } = authority.issue('starling')
  const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
  const client = createClient({ kubeConfig: configOf(cluster, user) })

  for (let count = 0; count < 99; count++) await client.get(path)
  const me = await client.get(path)

  expect(me).toEqual({ certificate: 'starling' })
  expect(server.connections).toBe(1)
})

test('a server whose certificate nobody we trust has signed is KUBE_TLS, and nothing was sent', async () => {
  const { server } = await startTls(whoAmI)
  const cluster = { server: server.url, 'certificate-authority-data': base64(new CertificateAuthority().cert) }
  const client = createClient({ kubeConfig: configOf(cluster, { token: 'hush' }) })

  const error = await caught(client.create(path, {}))

  expect(error).toMatchObject({ code: 'KUBE_TLS', retryable: false, tookEffect: false })
  expect(server.requests).toEqual([])
})

test('a handshake that never ends is KUBE_TIMEOUT, and nothing was sent', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const client = createClient({ kubeConfig: configOf({ server: `https://127.0.0.1:${port}` }, { token: 'hush' }) })

  const error = await caught(client.create(path, {}, { timeoutMs: 50 }))

  expect(error).toMatchObject({ code: 'KUBE_TIMEOUT', tookEffect: false })
})

test('a proxy of the kubeconfig is used, and connections through it are kept alive', async () => {
  const { server, cluster } = await startTls(whoAmI)
  const proxy = await startProxy()
  const kubeConfig = configOf({ ...cluster, 'proxy-url': proxy.url }, { token: 'hush' })
  const client = createClient({ kubeConfig })

  await client.get(path)
  const me = await client.get(path)

  expect(me).toEqual({ authorization: 'Bearer hush' })
  expect(proxy.targets).toEqual([`127.0.0.1:${server.port}`])
})

test('a certificate authority file that was replaced is read again when the handshake fails', async () => {
  const { authority, server } = await startTls(whoAmI)
  const dir = tempDir()
  const file = dir.write('ca.crt', new CertificateAuthority().cert)
  const kubeConfig = configOf({ server: server.url, 'certificate-authority': file }, { token: 'hush' })
  const client = createClient({ kubeConfig })
  await caught(client.get(path))

  dir.write('ca.crt', authority.cert)

  expect(await client.get(path)).toEqual({ authorization: 'Bearer hush' })
})

test('a client certificate file that was replaced is presented on new connections after 10 s', async () => {
  const { authority, cluster } = await startTls(whoAmI)
  const dir = tempDir()
  const write = (name: string) => {
    const { cert, key } = authority.issue(name)
    return { 'client-certificate': dir.write('tls.crt', cert), 'client-key': dir.write('tls.key', key) }
  }
  const clock = new SimulatedClock()
  const client = createClient({ kubeConfig: configOf(cluster, write('old')), clock })
  await client.get(path)

  write('new')
  clock.jump(10_001)
  await client.get(path)

  await vi.waitFor(async () => expect(await client.get(path)).toEqual({ certificate: 'new' }))
})

test('a user with a password is sent with basic authentication', async () => {
  const { cluster } = await startTls(whoAmI)
  const client = createClient({ kubeConfig: configOf(cluster, { username: 'me', password: 'hush' }) })

  expect(await client.get(path)).toEqual({ authorization: `Basic ${base64('me:hush')}` })
})

test('credentials never go over plain HTTP', async () => {
  const server = await startServer(whoAmI)
  const client = createClient({ kubeConfig: configOf({ server: server.url }, { token: 'hush' }) })

  expect(await client.get(path)).toEqual({})
})

test('in a pod the service account is used, its token without the newline of the file', async () => {
  const { authority, server } = await startTls(whoAmI)
  const dir = tempDir()
  const kubeConfig = inPod(server.port, dir, authority.cert)

  const me = await createClient({ kubeConfig }).get(path)

  expect(me).toEqual({ authorization: 'Bearer first' })
})

test('a service account token that was rotated on disk is picked up within the minute', async () => {
  const { authority, server } = await startTls(whoAmI)
  const dir = tempDir()
  const clock = new SimulatedClock()
  const client = createClient({ kubeConfig: inPod(server.port, dir, authority.cert), clock })
  await client.get(path)

  dir.write('token', 'second\n')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  clock.jump(61_000)
  await client.get(path)

  await vi.waitFor(async () => expect(await client.get(path)).toEqual({ authorization: 'Bearer second' }))
})

test('a token that the server stops taking is read again at once, and the request repeated', async () => {
  let valid = 'first'
  const { server, cluster } = await startTls(onlyWith(() => valid))
  const dir = tempDir()
  const client = createClient({ kubeconfigPath: dir.write('config', kubeconfig(cluster, 'first')) })
  await client.get(path)

  valid = 'second'
  dir.write('config', kubeconfig(cluster, 'second'))
  const answer = await client.create(path, {})

  expect(answer).toEqual({ token: 'second' })
  expect(server.requests).toHaveLength(3)
})

test('a 401 with credentials that are still the same is KUBE_UNAUTHORIZED, asked once', async () => {
  const { server, cluster } = await startTls(onlyWith(() => 'other'))
  const client = createClient({ kubeConfig: configOf(cluster, { token: 'hush' }) })

  const error = await caught(client.create(path, {}))

  expect(error).toMatchObject({ code: 'KUBE_UNAUTHORIZED', status: 401, tookEffect: false })
  expect(server.requests).toHaveLength(1)
})

test('an exec plugin gives the token', async () => {
  const { cluster } = await startTls(whoAmI)
  const exec = plugin("console.log(JSON.stringify({ status: { token: 'from-' + process.env.NAME } }))")
  const client = createClient({ kubeConfig: configOf(cluster, { exec }) })

  expect(await client.get(path)).toEqual({ authorization: 'Bearer from-plugin' })
})

test('requests at the same time share one run of the exec plugin', async () => {
  const { cluster } = await startTls(whoAmI)
  const exec = plugin('console.log(JSON.stringify({ status: { token: String(process.pid) } }))')
  const client = createClient({ kubeConfig: configOf(cluster, { exec }) })

  const answers = await Promise.all([client.get(path), client.get(path), client.get(path)])

  expect(new Set(answers.map(answer => JSON.stringify(answer)))).toHaveLength(1)
})

test('an exec plugin that fails is KUBE_CREDENTIALS with what it wrote to stderr', async () => {
  const { cluster } = await startTls(whoAmI)
  const exec = plugin("console.error('please log in'); process.exitCode = 1")
  const client = createClient({ kubeConfig: configOf(cluster, { exec }) })

  const error = await caught(client.get(path))

  expect(error).toMatchObject({ code: 'KUBE_CREDENTIALS', retryable: true, tookEffect: false })
  expect(error.message).toContain('please log in')
})

test('an exec plugin that prints something else than JSON is not quoted: it may be the token', async () => {
  const { cluster } = await startTls(whoAmI)
  const client = createClient({ kubeConfig: configOf(cluster, { exec: plugin("console.log('hush')") }) })

  const error = await caught(client.get(path))

  expect(error.code).toBe('KUBE_CREDENTIALS')
  expect(error.message).not.toContain('hush')
  expect(error.cause).toBeUndefined()
})

test('an exec plugin that hangs is KUBE_TIMEOUT, and surely nothing took effect', async () => {
  const { cluster } = await startTls(whoAmI)
  const exec = plugin('process.stdin.resume()')
  const client = createClient({ kubeConfig: configOf(cluster, { exec }) })

  const error = await caught(client.create(path, {}, { timeoutMs: 50 }))

  expect(error).toMatchObject({ code: 'KUBE_TIMEOUT', tookEffect: false })
})

test('a plugin that fails later leaves the present credentials in use', async () => {
  const { cluster } = await startTls(whoAmI)
  const dir = tempDir()
  const script = dir.write('plugin.mjs', "console.log(JSON.stringify({ status: { token: 'good' } }))")
  const clock = new SimulatedClock()
  const exec = { command: process.execPath, args: [script] }
  const client = createClient({ kubeConfig: configOf(cluster, { exec }), clock })
  await client.get(path)

  dir.write('plugin.mjs', 'process.exitCode = 1')
  clock.jump(10_001)

  expect(await client.get(path)).toEqual({ authorization: 'Bearer good' })
  expect(await client.get(path)).toEqual({ authorization: 'Bearer good' })
})

test('a plugin that hangs later holds up nobody, and is started again after 30 s', async () => {
  const { cluster } = await startTls(whoAmI)
  const dir = tempDir()
  const print = (token: string) => `console.log(JSON.stringify({ status: { token: '${token}' } }))`
  const script = dir.write('plugin.mjs', print('first'))
  const clock = new SimulatedClock()
  const exec = { command: process.execPath, args: [script] }
  const client = createClient({ kubeConfig: configOf(cluster, { exec }), clock })
  await client.get(path)

  dir.write('plugin.mjs', 'process.stdin.resume()')
  clock.jump(10_001)
  const whileItHangs = await client.get(path)
  dir.write('plugin.mjs', print('second'))
  clock.jump(30_001)
  await client.get(path)

  expect(whileItHangs).toEqual({ authorization: 'Bearer first' })
  await vi.waitFor(async () => expect(await client.get(path)).toEqual({ authorization: 'Bearer second' }), 15_000)
})

test('a token with a character no header may hold is KUBE_CREDENTIALS and is not quoted', async () => {
  const { cluster } = await startTls(whoAmI)
  const client = createClient({ kubeConfig: configOf(cluster, { token: 'hu\nsh' }) })

  const error = await caught(client.get(path))

  expect(error.code).toBe('KUBE_CREDENTIALS')
  expect(error.message).not.toContain('hu\nsh')
})

/** An HTTP proxy that remembers where it was asked to connect to. */
async function startProxy() {
  const targets: string[] = []
  const proxy = await startServer(() => {})
  proxy.onConnect((target, socket) => {
    targets.push(target)
    const [host, port] = target.split(':')
    const upstream = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    socket.pipe(upstream).pipe(socket)
    upstream.on('error', () => socket.destroy())
  })
  return { url: proxy.url, targets }
}

function plugin(script: string): object {
  const args = ['--input-type=module', '-e', script]
  return { command: process.execPath, args, env: [{ name: 'NAME', value: 'plugin' }] }
}

function kubeconfig(cluster: object, token: string): string {
  return configOf(cluster, { token }).exportConfig()
}

/** The configuration of a pod whose service account lies in `dir`. */
function inPod(port: number, dir: ReturnType<typeof tempDir>, ca: string): KubeConfig {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1')
  vi.stubEnv('KUBERNETES_SERVICE_PORT', String(port))
  const config = new KubeConfig()
  config.loadFromCluster()
  const caFile = dir.write('ca.crt', ca)
  const tokenFile = dir.write('token', 'first\n')
  config.clusters = config.clusters.map(cluster => ({ ...cluster, caFile }))
  config.users = config.users.map(user => ({ ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } }))
  return config
}
