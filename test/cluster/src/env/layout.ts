import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tools } from '../tools/index.js'

/** In the order of their start. */
export const partNames = [
  'etcd',
  'apiserver',
  'controller-manager',
  'istiod',
  'gateway',
  'client',
  'prometheus',
  'kubelet',
] as const

export type PartName = (typeof partNames)[number]

export const portNames = [
  'etcd',
  'etcdPeer',
  'apiserver',
  'controllerManager',
  'istiodHttp',
  'istiodXds',
  'istiodMonitoring',
  'istiodWebhook',
  'istiodControl',
  'gatewayAdmin',
  'clientAdmin',
  'prometheus',
] as const

/** Everything that distinguishes one running environment from another; the same in each process that uses it. */
export interface Layout {
  /** The state directory: keys, configuration, data and logs. */
  directory: string
  tools: Tools
  /** All on 127.0.0.1. */
  ports: Record<(typeof portNames)[number], number>
  /** First two octets of the pods' addresses, e.g. `127.64`. */
  podNetwork: string
}

const file = (directory: string): string => join(directory, 'environment.json')

export const saveLayout = (layout: Layout): void =>
  writeFileSync(file(layout.directory), JSON.stringify(layout, null, 2))

export const loadLayout = (directory: string): Layout => JSON.parse(readFileSync(file(directory), 'utf8')) as Layout

/** `user` is one of those in pki.ts. */
export const kubeconfigOf = ({ directory }: Layout, user: string): string =>
  join(directory, 'kubeconfig', `${user}.json`)

export const auditLogOf = ({ directory }: Layout): string => join(directory, 'log', 'audit.jsonl')

export const pkiFile = ({ directory }: Layout, name: string): string => join(directory, 'pki', name)
