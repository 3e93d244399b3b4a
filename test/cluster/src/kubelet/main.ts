/**
 * Plays scheduler, kubelet and endpoint publisher for one node. A container is a Node process that serves HTTP on a
 * loopback address of its own; images are names only.
 *
 * environment: KUBECONFIG, NODE_NAME, POD_NETWORK
 */
import { Api } from '../api/client.js'
import { objectPath, refTo } from '../api/objects.js'
import { waitFor } from '../wait.js'
import { AddressPool } from './addresses.js'
import { follow } from './follow.js'
import type { Pod } from './pod.js'
import { PodWorker } from './pod-worker.js'

const { KUBECONFIG = '', NODE_NAME = '', POD_NETWORK = '' } = process.env
const api = Api.fromKubeconfig(KUBECONFIG)
const addresses = new AddressPool(POD_NETWORK)
const workers = new Map<string, PodWorker>()
const log = (line: string): void => console.log(new Date().toISOString(), line)

async function registerNode(): Promise<void> {
  const resources = { cpu: '2', memory: '8Gi', pods: '250' }
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE_NAME } }
  const ready = { type: 'Ready', status: 'True', reason: 'ProcessKubelet' }
  await api.apply({ ...node, metadata: { ...node.metadata, labels: { 'kubernetes.io/hostname': NODE_NAME } } })
  const status = { conditions: [ready], capacity: resources, allocatable: resources }
  await api.merge(refTo(node), { status }, { subresource: 'status' })
}

async function bind(pod: Pod): Promise<void> {
  const { namespace = '', name } = pod.metadata
  const target = { apiVersion: 'v1', kind: 'Node', name: NODE_NAME }
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { namespace, name }, target }
  await api.request('POST', objectPath(refTo(pod), 'binding'), { body })
}

function observe(pod: Pod): void {
  const { uid = '', deletionTimestamp } = pod.metadata
  // What runs to its end serves nothing: the test that wants it runs it.
  if (pod.spec.restartPolicy === 'Never') return
  const worker = workers.get(uid)
  if (worker) {
    worker.update(pod)
  } else if (!pod.spec.nodeName) {
    // a failed binding is tried again after the next list; the failure itself ends the watch in most cases
    if (!deletionTimestamp) bind(pod).catch(error => log(`binding ${pod.metadata.name}: ${error}`))
  } else if (pod.spec.nodeName === NODE_NAME) {
    void run(uid, pod)
  }
}

async function run(uid: string, pod: Pod): Promise<void> {
  const address = addresses.take(pod.status?.podIP)
  const worker = new PodWorker(api, pod, address, log)
  workers.set(uid, worker)
  await worker.run()
  workers.delete(uid)
  addresses.release(address)
}

await waitFor('the API server', () => registerNode().then(() => true))
for await (const change of follow<Pod>(api, { apiVersion: 'v1', kind: 'Pod' }, log)) {
  if (change.type === 'LISTED') {
    const present = new Set(change.objects.map(pod => pod.metadata.uid))
    for (const [uid, worker] of workers) if (!present.has(uid)) worker.gone()
    // pods that have an address go first, so that no new pod takes it
    const known = (pod: Pod) => Number(pod.status?.podIP !== undefined)
    for (const pod of change.objects.sort((a, b) => known(b) - known(a))) observe(pod)
  } else if (change.type === 'DELETED') {
    workers.get(change.object.metadata.uid ?? '')?.gone()
  } else {
    observe(change.object)
  }
}
