import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { LocalApi } from '../../src/api/local.js'
import { paths } from './app.js'

export interface TestPod {
  readonly name: string
  readonly port: number
  /** Stops listening and breaks all connections. The API goes on to call it ready. */
  stop(): Promise<void>
}

/** A pod that is ready and listens, without a process of its own. */
export async function startPod(
  api: LocalApi,
  app: string,
  version: string,
  answer?: http.RequestListener,
): Promise<TestPod> {
  const respond: http.RequestListener = (request, response) => {
    request.resume()
    response.writeHead(200, { 'x-version': version }).end(version)
  }
  const server = http.createServer(answer ?? respond)
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  onTestFinished(stop)
  return { name: register(api, app, version, port), port, stop }
}

/** Tells the API of a pod that listens at a port, or does not. */
export function register(api: LocalApi, app: string, version: string, port: number): string {
  const { metadata } = api.create(paths.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${app}-${version}-`,
      labels: { app, version },
      annotations: { 'playground.otomato.link/address': `127.0.0.1:${port}` },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: `${app}-${version}`, uid: 'none', controller: true },
      ],
    },
    spec: { containers: [{ name: 'app' }] },
  })
  setReady(api, metadata.name, true)
  return metadata.name
}

export const setReady = (api: LocalApi, pod: string, ready: boolean): void =>
  void api.merge(`${paths.pods}/${pod}/status`, {
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  })
