/**
 * The process of one pod: a small HTTP server on 127.0.0.1, at a port of its own choosing. It answers with its version,
 * after a while and with errors as it is told.
 *
 * environment: VERSION, POD_NAME
 * from the parent: { knobs: { errorRate, latencyMs, ready } }, and { stop: true } to finish what is under way and end
 * to the parent: { port, ready }, at the start and whenever readiness changes
 */
import http from 'node:http'

const { VERSION = 'unknown', POD_NAME = '' } = process.env
let knobs = { errorRate: 0, latencyMs: 0, ready: true }
let isStopping = false

const server = http.createServer((request, response) => {
  request.resume()
  setTimeout(() => answer(response), knobs.latencyMs)
})

/** @param {http.ServerResponse} response */
function answer(response) {
  if (isStopping) response.setHeader('connection', 'close')
  const status = Math.random() < knobs.errorRate ? 500 : 200
  response.writeHead(status, { 'content-type': 'application/json', 'x-version': VERSION, 'x-pod': POD_NAME })
  response.end(`${JSON.stringify({ version: VERSION, pod: POD_NAME })}\n`)
}

function report() {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  if (process.connected) process.send?.({ port, ready: knobs.ready })
}

function stop() {
  isStopping = true
  server.close(() => process.exit(0))
  server.closeIdleConnections()
}

// It never closes an idle connection itself: the mesh might be sending on it at that very moment.
server.keepAliveTimeout = 0
server.requestTimeout = 0
// The parent says when it has listened to: what it says before would be lost.
process.on('message', message => {
  if (message.stop) return stop()
  knobs = message.knobs
  if (server.listening) report()
  else server.listen(0, '127.0.0.1', report)
})
// A terminal's Ctrl-C goes to every process: the parent decides what it means. And nothing outlives the parent.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))
