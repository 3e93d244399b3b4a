import type { Environment } from '../../src/index.js'

/** What the controller is allowed to do here: exactly what it needs, so that a test fails when it needs more. */
const rules = [
  { apiGroups: ['otomato.link'], resources: ['birdwatches'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['otomato.link'], resources: ['birdwatches/status'], verbs: ['patch'] },
  {
    apiGroups: ['networking.istio.io'],
    resources: ['virtualservices', 'destinationrules'],
    verbs: ['get', 'list', 'watch', 'patch'],
  },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
]

const rbac = 'rbac.authorization.k8s.io'
const name = 'birdwatch'

export interface Identity {
  kubeconfig: string
  /** As the audit log calls it. */
  user: string
  revoke(): Promise<void>
}

/** A ServiceAccount for the controller in the namespace, with those permissions in the whole cluster. */
export async function createIdentity(environment: Environment, namespace: string): Promise<Identity> {
  const { api } = environment
  const binding = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: `${name}-${namespace}` } }
  await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } })
  await api.apply({ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules } as never)
  const grant = {
    ...binding,
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  }
  await api.apply(grant)
  return {
    kubeconfig: await environment.kubeconfigFor(namespace, name),
    user: `system:serviceaccount:${namespace}:${name}`,
    revoke: () => api.delete({ ...binding, name: binding.metadata.name }),
  }
}
