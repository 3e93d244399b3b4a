import { Api } from '../api/client.js'
import { dataFile } from '../paths.js'
import { auditLogOf, kubeconfigOf, pkiFile } from './layout.js'
import { flags, loopback, type Part } from './part.js'

export const apiserver: Part = {
  command(layout) {
    const { tools, ports } = layout
    return {
      file: tools.apiserver,
      args: flags({
        'etcd-servers': `http://${loopback(ports.etcd)}`,
        'bind-address': '127.0.0.1',
        'secure-port': ports.apiserver,
        'advertise-address': '127.0.0.1',
        'endpoint-reconciler-type': 'none', // it would refuse to publish a loopback address
        'service-cluster-ip-range': '10.0.0.0/24',
        'authorization-mode': 'RBAC',
        'disable-admission-plugins': 'ServiceAccount', // no pod here mounts a token
        'service-account-issuer': `https://${loopback(ports.apiserver)}/`,
        'service-account-key-file': pkiFile(layout, 'service-accounts.pub'),
        'service-account-signing-key-file': pkiFile(layout, 'service-accounts.key'),
        'client-ca-file': pkiFile(layout, 'ca.crt'),
        'tls-cert-file': pkiFile(layout, 'server.crt'),
        'tls-private-key-file': pkiFile(layout, 'server.key'),
        'cert-dir': pkiFile(layout, ''),
        'audit-policy-file': dataFile('conf/audit.yaml'),
        'audit-log-path': auditLogOf(layout),
        'audit-log-maxsize': 2000, // megabytes; positions in the file must stay valid
      }),
    }
  },
  /** The namespace `default` is made a moment after `/readyz` says yes. */
  async ready(layout) {
    const api = Api.fromKubeconfig(kubeconfigOf(layout, 'admin'))
    try {
      await api.request('GET', '/readyz', { timeoutMs: 2000 })
      await api.request('GET', '/api/v1/namespaces/default', { timeoutMs: 2000 })
      return true
    } finally {
      api.close()
    }
  },
}
