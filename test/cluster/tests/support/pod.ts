import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment, KubeObject } from '../../src/index.js'

interface KeyRef {
  name: string
  key: string
}
interface Volume {
  name: string
  configMap?: { name: string }
  secret?: { secretName: string }
}

/** As much of a pod's spec as the chart and the values of its tests use. */
export interface PodSpec {
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  containers: {
    args: string[]
    env?: { name: string; value?: string; valueFrom?: { secretKeyRef: KeyRef } }[]
    envFrom?: { secretRef: { name: string } }[]
    volumeMounts?: { name: string; mountPath: string }[]
  }[]
  volumes?: Volume[]
}

/** What a container is where there is no container engine: arguments, environment, and the token of its ServiceAccount. */
export interface Container {
  readonly args: string[]
  readonly env: Record<string, string>
  /** None where the pod says that its token is not to be mounted. */
  readonly kubeconfig: string | undefined
}

/** Does what a kubelet does before it starts the first container: puts its files in place and collects its environment. */
export async function containerOf(
  environment: Environment,
  namespace: string,
  { containers, volumes = [], serviceAccountName = 'default', automountServiceAccountToken = true }: PodSpec,
): Promise<Container> {
  const { directory } = environment.layout
  const [{ args, env = [], envFrom = [], volumeMounts = [] } = { args: [] }] = containers
  const root = await mkdtemp(join(directory, 'conf', 'pod-'))
  // There is no root file system of its own: a path in the state directory is used as it is, any other below `root`.
  const placed = (path: string) => (path.startsWith(directory) ? path : join(root, path))

  for (const { name, mountPath } of volumeMounts) {
    const files = await contents(volumes.find(volume => volume.name === name))
    await mkdir(placed(mountPath), { recursive: true })
    for (const [file, text] of Object.entries(files)) await writeFile(join(placed(mountPath), file), text)
  }

  async function contents({ configMap, secret }: Omit<Volume, 'name'> = {}): Promise<Record<string, string>> {
    if (secret !== undefined) return secretData(secret.secretName)
    return configMap === undefined ? {} : data('ConfigMap', configMap.name)
  }

  async function data(kind: 'ConfigMap' | 'Secret', name: string): Promise<Record<string, string>> {
    const ref = { apiVersion: 'v1', kind, namespace, name }
    return (await environment.api.get<KubeObject & { data: Record<string, string> }>(ref)).data
  }

  async function secretData(name: string): Promise<Record<string, string>> {
    const decoded = (text: string) => Buffer.from(text, 'base64').toString()
    return Object.fromEntries(Object.entries(await data('Secret', name)).map(([key, value]) => [key, decoded(value)]))
  }

  const variables: Record<string, string> = {}
  for (const { secretRef } of envFrom) Object.assign(variables, await secretData(secretRef.name))
  for (const { name, value = '', valueFrom } of env) {
    const { secretKeyRef } = valueFrom ?? {}
    variables[name] =
      secretKeyRef === undefined ? value : ((await secretData(secretKeyRef.name))[secretKeyRef.key] ?? '')
  }
  const mounted = (arg: string) => (volumeMounts.some(({ mountPath }) => arg.startsWith(mountPath)) ? placed(arg) : arg)
  return {
    args: args.map(mounted),
    env: variables,
    kubeconfig: automountServiceAccountToken
      ? await environment.kubeconfigFor(namespace, serviceAccountName)
      : undefined,
  }
}
