import { TooLarge } from './lines.js'

/** Reads a body of at most `maxBytes`; more throws `TooLarge` and closes the stream. */
export async function readBody(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxBytes) throw new TooLarge()
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString('utf8')
}
