/**
 * One container: answers with its version, after a while and with errors as it is told.
 *
 * environment: POD_IP, PORT, POD_NAME, VERSION, ERROR_RATE (0..1), LATENCY_MS, READY (`false`: never ready)
 * `/healthz` readiness · `/_set?errorRate=&latencyMs=&ready=` changes these at once · `/_exit` dies · all else: the answer
 */
import http from 'node:http'

const { POD_IP = '127.0.0.1', PORT = '8080', POD_NAME = '', VERSION = 'unknown' } = process.env
const knobs = {
  errorRate: Number(process.env.ERROR_RATE ?? 0),
  latencyMs: Number(process.env.LATENCY_MS ?? 0),
  ready: process.env.READY !== 'false',
}
let draining = false

const server = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pod')
  request.resume()
  if (draining) response.setHeader('connection', 'close')
  if (pathname === '/_exit') process.exit(1)
  if (pathname === '/_set') return void response.end(JSON.stringify(set(searchParams)))
  if (pathname === '/healthz') return void response.writeHead(knobs.ready && !draining ? 200 : 503).end()
  setTimeout(() => answer(response), knobs.latencyMs)
})

function set(wanted: URLSearchParams): typeof knobs {
  const { errorRate, latencyMs, ready } = Object.fromEntries(wanted)
  if (errorRate !== undefined) knobs.errorRate = Number(errorRate)
  if (latencyMs !== undefined) knobs.latencyMs = Number(latencyMs)
  if (ready !== undefined) knobs.ready = ready === 'true'
  return knobs
}

function answer(response: http.ServerResponse): void {
  const status = Math.random() < knobs.errorRate ? 500 : 200
  response.writeHead(status, { 'content-type': 'application/json', 'x-version': VERSION, 'x-pod': POD_NAME })
  response.end(JSON.stringify({ version: VERSION, pod: POD_NAME }))
}

function drain(): void {
  draining = true
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), 5000).unref()
}

server.keepAliveTimeout = 0 // never closes an idle connection first: the proxy might be sending on it (503 UC)
server.requestTimeout = 0
server.listen(Number(PORT), POD_IP, () => process.send?.('listening'))
process.on('disconnect', () => process.exit(0)) // a pod never outlives its kubelet
process.on('SIGTERM', drain)
