import type { IncomingMessage } from 'node:http'
import { Refusal } from './answer.js'

const longestBody = 4096

/** The JSON object that was sent; anything else is refused. A form of another site can not send this type. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw new Refusal(415, 'the body must be application/json')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longestBody)
      throw new Refusal(413, `the body is longer than ${longestBody} bytes`, { connection: 'close' })
    chunks.push(chunk)
  }
  const body = parse(Buffer.concat(chunks).toString())
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new Refusal(400, 'the body must be a JSON object')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
