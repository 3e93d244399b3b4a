import { Api } from '../api/client.js'
import { program } from '../paths.js'
import { kubeconfigOf } from './layout.js'
import type { Part } from './part.js'

export const kubelet: Part = {
  command: layout => ({
    file: process.execPath,
    args: [program('kubelet/main.js')],
    env: { KUBECONFIG: kubeconfigOf(layout, 'kubelet'), NODE_NAME: 'local', POD_NETWORK: layout.podNetwork },
  }),
  async ready(layout) {
    const api = Api.fromKubeconfig(kubeconfigOf(layout, 'admin'))
    try {
      return (await api.find({ apiVersion: 'v1', kind: 'Node', name: 'local' })) !== undefined
    } finally {
      api.close()
    }
  },
}
