import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ReceivedSpan {
  readonly name: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly status?: { readonly code?: number }
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of what sent it. */
  readonly resource: Readonly<Record<string, unknown>>
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes' | 'resource'> & {
        readonly attributes?: readonly Attribute[]
      })[]
    }[]
  }[]
}

export interface OtlpPeer {
  readonly endpoint: string
  readonly spans: ReceivedSpan[]
  readonly headers: IncomingHttpHeaders[]
}

/** A collector that takes traces as OTLP over HTTP, in JSON, and ends with the test. */
export async function startCollector(): Promise<OtlpPeer> {
  const peer = { spans: [] as ReceivedSpan[], headers: [] as IncomingHttpHeaders[] }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    peer.headers.push(request.headers)
    peer.spans.push(...spansIn(JSON.parse(text) as Exported))
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { ...peer, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` }
}

const spansIn = ({ resourceSpans }: Exported): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(span => ({ ...span, attributes: named(span.attributes), resource: named(resource.attributes) })),
  )

const named = (attributes: readonly Attribute[] = []) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
