import type { KubeObject } from '../api/objects.js'

/** The parts of a Pod that the process kubelet reads. */
export interface Pod extends KubeObject {
  spec: { nodeName?: string; restartPolicy?: string; serviceAccountName?: string; containers: Container[] }
  status?: { podIP?: string }
}

export interface Container {
  name: string
  image: string
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[]
  ports?: { name?: string; containerPort: number }[]
  readinessProbe?: { periodSeconds?: number; httpGet?: { path?: string; port: number | string } }
}

/** The container that is run: the first one. The API server refuses a pod without any. */
export const containerOf = (pod: Pod): Container => pod.spec.containers[0] as Container

/** The port that its server listens on. */
export const portOf = (pod: Pod): number => containerOf(pod).ports?.[0]?.containerPort ?? 8080

/** Where the readiness probe asks; without an HTTP probe a pod is ready as soon as it runs. */
export function probePath(pod: Pod): { port: number; path: string } | undefined {
  const httpGet = containerOf(pod).readinessProbe?.httpGet
  if (!httpGet) return undefined
  return { path: httpGet.path ?? '/', port: typeof httpGet.port === 'number' ? httpGet.port : portOf(pod) }
}

/** The container's environment, with the fields of the downward API that a plain process can have. */
export function environmentOf(pod: Pod): Record<string, string> {
  const variables = containerOf(pod).env ?? []
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => [name, value ?? fieldOf(pod, valueFrom?.fieldRef?.fieldPath)]),
  )
}

function fieldOf({ metadata, spec }: Pod, path = ''): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? []
  if (map && key) return metadata[map as 'labels' | 'annotations']?.[key] ?? ''
  const fields: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'spec.nodeName': spec.nodeName,
  }
  return fields[path] ?? ''
}
