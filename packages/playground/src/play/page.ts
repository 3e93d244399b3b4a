import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RolloutState } from '@birdwatch/core'
import { dashboardHandler, type PlaygroundSource, RolloutFeed } from '@birdwatch/dashboard'
import type { LocalApi } from '../api/local.js'
import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'

export interface PageOptions {
  readonly api: LocalApi
  readonly playground: PlaygroundSource
  readonly kubeconfig: string
  readonly port: number
}

/** Serves the page on a port of 127.0.0.1: it shows what the BirdWatches of the API say, and takes commands. */
export async function servePage({
  api,
  playground,
  kubeconfig,
  port,
}: PageOptions): Promise<{ url: string; close(): Promise<void> }> {
  const feed = new RolloutFeed()
  const unfollow = api.follow('/apis/otomato.link/v1alpha1/birdwatches', ({ type, object }) => {
    if (type === 'DELETED') feed.remove(keyOf(object))
    else show(feed, object)
  })
  const handler = dashboardHandler({
    source: feed,
    playground,
    title: 'BirdWatch playground',
    kubectl: `kubectl --kubeconfig ${kubeconfig}`,
    commands: async ({ namespace, name }, command) => {
      const path = `/apis/otomato.link/v1alpha1/namespaces/${namespace}/birdwatches/${name}`
      api.merge(path, { metadata: { annotations: { 'otomato.link/command': command } } })
    },
  })
  const server = http.createServer(handler)
  server.listen(port, '127.0.0.1')
  const close = async () => {
    unfollow()
    handler.close()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await once(server, 'listening').catch(error => {
    unfollow()
    handler.close()
    throw error
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`

/** Before the engine has a state there is nothing to show. */
function show(feed: RolloutFeed, object: KubeObject): void {
  const { name, namespace = '', deletionTimestamp } = object.metadata
  const state = dig(object, 'status', 'engine')
  if (state === undefined) return
  const { apiVersion, kind, spec } = object
  const manifest = { apiVersion, kind, metadata: { namespace, name }, spec: spec as never }
  feed.put({ namespace, name, deleting: deletionTimestamp !== undefined, manifest }, state as unknown as RolloutState)
}
