import { readFileSync } from 'node:fs'
import { Transport } from '../api/transport.js'
import { kubeconfigOf, pkiFile } from './layout.js'
import { flags, loopback, type Part } from './part.js'

/** What Deployments, namespaces and ownership need. No scheduler, nodes or endpoints: the process kubelet plays those. */
const controllers = ['deployment', 'replicaset', 'garbage-collector', 'namespace', 'serviceaccount', 'disruption']

export const controllerManager: Part = {
  command(layout) {
    const { tools, ports } = layout
    const kubeconfig = kubeconfigOf(layout, 'controller-manager')
    return {
      file: tools.controllerManager,
      args: flags({
        kubeconfig,
        'authentication-kubeconfig': kubeconfig,
        'authorization-kubeconfig': kubeconfig,
        'bind-address': '127.0.0.1',
        'secure-port': ports.controllerManager,
        'tls-cert-file': pkiFile(layout, 'server.crt'),
        'tls-private-key-file': pkiFile(layout, 'server.key'),
        'root-ca-file': pkiFile(layout, 'ca.crt'),
        'service-account-private-key-file': pkiFile(layout, 'service-accounts.key'),
        'use-service-account-credentials': false,
        'leader-elect': false,
        controllers: controllers.map(name => `${name}-controller`).join(','),
      }),
    }
  },
  async ready(layout) {
    const server = `https://${loopback(layout.ports.controllerManager)}`
    const transport = new Transport({ server, ca: readFileSync(pkiFile(layout, 'ca.crt'), 'utf8') })
    try {
      return (await transport.send('GET', '/healthz', { timeoutMs: 2000 })).status === 200
    } finally {
      transport.close()
    }
  },
}
