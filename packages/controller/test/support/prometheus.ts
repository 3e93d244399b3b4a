import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface PrometheusPeer {
  readonly url: string
  /** What every query is answered with; undefined closes the connection. */
  value: number | undefined
  readonly queries: string[]
}

/** A server that answers instant queries as Prometheus does, and ends with the test. */
export async function startPrometheus(value: number | undefined): Promise<PrometheusPeer> {
  const queries: string[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const query = new URLSearchParams(text).get('query') ?? ''
    const answer = query === 'vector(1)' ? 1 : peer.value
    if (peer.value === undefined || answer === undefined) return void response.destroy()
    if (query !== 'vector(1)') queries.push(query)
    const result = [{ metric: {}, value: [Date.now() / 1000, String(answer)] }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const peer = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, value, queries }
  return peer
}
