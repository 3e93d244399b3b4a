import http from 'node:http'
import { text } from 'node:stream/consumers'
import { type Listening, listen } from '../../../../packages/playground/src/listen.js'

/**
 * An HTTP server that passes everything on to a real Prometheus, but for three expressions to which it does what a
 * healthy one never does: `silence` gets no answer, `broken` a server error, and `half` the first half of an answer.
 */
export async function startFront(prometheus: string): Promise<Listening> {
  const server = http.createServer((request, response) => void answer(prometheus, request, response))
  return listen(server, 0)
}

async function answer(prometheus: string, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const body = await text(request)
  const query = new URLSearchParams(body).get('query')
  if (query === 'silence') return
  if (query === 'broken') return void response.writeHead(500).end()
  const { method = 'GET', url = '/' } = request
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const found = await fetch(`${prometheus}${url}`, { method, headers, ...(method === 'POST' ? { body } : {}) })
  const whole = await found.text()
  response.writeHead(found.status, { 'content-type': found.headers.get('content-type') ?? '' })
  response.end(query === 'half' ? whole.slice(0, whole.length / 2) : whole)
}
