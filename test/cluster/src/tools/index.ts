import { join } from 'node:path'
import { cached, type Log } from './cache.js'
import { istioCrds, operatorCrds } from './crds.js'
import { clients, envoy, hadolint, helm3, prometheus } from './downloads.js'
import { etcd, istiod, kube } from './go.js'
import { assertSupported } from './unavailable.js'

/** Absolute paths of everything the environment runs. */
export interface Tools {
  etcd: string
  apiserver: string
  controllerManager: string
  istiod: string
  /** JSON array of CustomResourceDefinitions. */
  istioCrds: string
  /** The same, of the Prometheus operator. */
  operatorCrds: string
  envoy: string
  prometheus: string
  promtool: string
  kubectl: string
  helm: string
  helm3: string
  hadolint: string
}

/** Finds or makes every tool, one after the other: two Go builds at once would need twice the memory. @throws ToolsUnavailable */
export async function provideTools(log: Log): Promise<Tools> {
  assertSupported()
  const clientsAt = await cached(clients(), log)
  const helm3At = await cached(helm3(), log)
  const envoyAt = await cached(envoy(), log)
  const prometheusAt = await cached(prometheus(), log)
  const hadolintAt = await cached(hadolint(), log)
  const operatorAt = await cached(operatorCrds(), log)
  const crdsAt = await cached(istioCrds(), log)
  const etcdAt = await cached(etcd(), log)
  const kubeAt = await cached(kube(), log)
  const istiodAt = await cached(istiod(), log)
  return {
    etcd: join(etcdAt, 'etcd'),
    apiserver: join(kubeAt, 'kube-apiserver'),
    controllerManager: join(kubeAt, 'kube-controller-manager'),
    istiod: join(istiodAt, 'pilot-discovery'),
    istioCrds: join(crdsAt, 'crds.json'),
    operatorCrds: join(operatorAt, 'crds.json'),
    envoy: join(envoyAt, 'envoy'),
    prometheus: join(prometheusAt, 'prometheus'),
    promtool: join(prometheusAt, 'promtool'),
    kubectl: join(clientsAt, 'kubectl'),
    helm: join(clientsAt, 'helm'),
    helm3: join(helm3At, 'helm'),
    hadolint: join(hadolintAt, 'hadolint'),
  }
}
