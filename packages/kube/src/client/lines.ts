const NEWLINE = 0x0a

/** Thrown when a body or a line grows beyond its bound. */
export class TooLarge extends Error {}

/**
 * The lines of a byte stream, without their ends and without empty ones; what follows the last newline is a line too.
 * Chunks are joined once per line, so a line that drips in byte by byte costs no more than one that comes at once.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string, void, void> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  const take = (last: Buffer): string => {
    const line = Buffer.concat([...pending, last])
      .toString('utf8')
      .trim()
    pending = []
    pendingBytes = 0
    return line
  }
  const check = (more: number) => {
    if (pendingBytes + more > maxBytes) throw new TooLarge()
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      check(end - start)
      const line = take(chunk.subarray(start, end))
      start = end + 1
      if (line !== '') yield line
    }
    check(chunk.length - start)
    pending.push(chunk.subarray(start))
    pendingBytes += chunk.length - start
  }
  const rest = take(Buffer.alloc(0))
  if (rest !== '') yield rest
}
