import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { type DashboardOptions, dashboardHandler, RolloutFeed } from '../../src/index.js'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface TestServer {
  readonly feed: RolloutFeed
  readonly port: number
  readonly url: string
  ask(path: string, asked?: Asked): Promise<Answer>
  /** Ends every stream, as a controller does that stops. */
  close(): void
  /** Stops to answer at all. */
  stop(): Promise<void>
}

/** A dashboard on a real port, over a feed of its own; it ends with the test. */
export async function serve(options: Partial<DashboardOptions> = {}): Promise<TestServer> {
  const feed = new RolloutFeed()
  const handler = dashboardHandler({ source: feed, gatherMs: 1, ...options })
  const server = createServer(handler)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => {
    handler.close()
    server.closeAllConnections()
    return new Promise<void>(resolve => server.close(() => resolve()))
  }
  onTestFinished(stop)
  return {
    feed,
    port,
    url: `http://127.0.0.1:${port}`,
    ask: (path, asked) => ask(port, path, asked),
    close: () => handler.close(),
    stop,
  }
}

/** One request, with exactly these headers: `fetch` would not let a test lie about the host. */
function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, async response => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString(response.headers['content-encoding'] === 'gzip' ? 'latin1' : 'utf8')
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A directory with the files of a built page, small enough to know by heart. */
export async function builtPage(files: Readonly<Record<string, string>>): Promise<URL> {
  const directory = await mkdtemp(join(tmpdir(), 'dashboard-page-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'assets'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return pathToFileURL(`${directory}/`)
}
