import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Refusal } from './answer.js'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Asset {
  readonly plain: Buffer
  readonly packed: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** The files of the built page, held in memory: they are few and small. */
export class Assets {
  readonly #files: ReadonlyMap<string, Asset>

  /** @param page the directory of the built page, with a slash at its end */
  constructor(page: URL) {
    this.#files = new Map(namesIn(page).map(name => [`/${name}`, assetOf(name, readFileSync(new URL(name, page)))]))
  }

  /** True when there is such a file, and it was answered with. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    if (path === '/' && this.#files.size === 0)
      throw new Refusal(503, 'the page is not built; run `npm run build` in the source tree')
    const asset = this.#files.get(path === '/' ? '/index.html' : path)
    if (asset === undefined) return false
    if (request.headers['if-none-match'] === asset.headers.etag) {
      response.writeHead(304, asset.headers).end()
      return true
    }
    const packed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    const body = packed ? asset.packed : asset.plain
    const encoding = packed ? { 'content-encoding': 'gzip' } : {}
    response.writeHead(200, { ...asset.headers, ...encoding, 'content-length': body.length }).end(body)
    return true
  }
}

function namesIn(page: URL): string[] {
  try {
    const found = readdirSync(fileURLToPath(page), { recursive: true, encoding: 'utf8' })
    return found.map(name => name.replaceAll('\\', '/')).filter(name => extname(name) in types)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function assetOf(name: string, plain: Buffer): Asset {
  // The names in assets/ change with their content.
  const lasting = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return {
    plain,
    packed: gzipSync(plain, { level: 9 }),
    headers: {
      'content-type': types[extname(name)] ?? '',
      'cache-control': lasting,
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      vary: 'accept-encoding',
    },
  }
}
