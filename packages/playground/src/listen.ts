import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string
  /** Stops listening and breaks all connections. */
  close(): Promise<void>
}

/** Puts a server on a port of 127.0.0.1, 0 for any free one. Rejects with the error of `listen`, e.g. `EADDRINUSE`. */
export async function listen(server: Server, port: number): Promise<Listening> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
