import http from 'node:http'
import { type Clock, systemClock } from '@birdwatch/core'
import { LocalApi } from '../api/local.js'
import type { ApiMachine } from '../api/machine.js'
import type { KubeObject } from '../api/object.js'
import { listen } from '../listen.js'
import { MeshConfig } from './config.js'
import type { DebounceOptions } from './debounce.js'
import { type Handled, Handler } from './handler.js'

export interface MeshOptions extends Partial<DebounceOptions> {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default: the system's. */
  readonly clock?: Clock
  /** Chooses destinations and pods: from 0 up to, and not including, 1. Default `Math.random`. */
  readonly random?: () => number
  /** Told of every request that was answered or given up. */
  readonly handled?: (result: Handled) => void
  /** Told when a VirtualService is rejected, as Envoy would: its earlier form stays in force. */
  readonly rejected?: (object: KubeObject, why: string) => void
}

/** A proxy in front of all Services. */
export interface Mesh {
  /** Where it listens, e.g. `http://127.0.0.1:8080`; the Host header says which Service is meant. */
  readonly url: string
  /** Resolves when every object written so far is obeyed. */
  readonly settled: Promise<void>
  /** Breaks all connections. */
  close(): Promise<void>
}

/**
 * Starts a reverse proxy on 127.0.0.1 that obeys the VirtualServices and DestinationRules of an API. It stands in for a
 * gateway and for the sidecars of all clients at once, so `gateways` of a VirtualService make no difference. Rejects
 * with the error of `listen`, e.g. `EADDRINUSE`.
 */
export async function startMesh(machine: ApiMachine, options: MeshOptions = {}): Promise<Mesh> {
  const { port = 0, clock = systemClock, random = Math.random, quietMs = 100, maxMs = 10_000 } = options
  const { handled = () => {}, rejected = () => {} } = options
  const config = new MeshConfig({ api: new LocalApi(machine, 'mesh'), clock, quietMs, maxMs, rejected })
  const handler = new Handler({ table: () => config.table, random, handled })
  const server = http.createServer({ requestTimeout: 0 }, (request, response) => {
    handler.handle(request, response).catch(() => response.destroy())
  })
  // Closing an idle connection would lose the request that is being sent on it at that moment.
  server.keepAliveTimeout = 0
  const { url, close } = await listen(server, port).catch(error => {
    config.stop()
    throw error
  })
  return {
    url,
    get settled() {
      return config.settled
    },
    async close() {
      config.stop()
      await close()
      handler.close()
    },
  }
}
