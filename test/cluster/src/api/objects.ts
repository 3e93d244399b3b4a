/** What every Kubernetes object has. Callers that need more of one kind extend it. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: Metadata
}

export interface Metadata {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[]
  managedFields?: { manager?: string; operation?: string; subresource?: string; time?: string; fieldsV1?: unknown }[]
}

/** All objects of a kind; in every namespace when none is given. */
export interface Collection {
  apiVersion: string
  kind: string
  namespace?: string
}

/** One object. Without a namespace: a cluster-scoped one. */
export interface Ref extends Collection {
  name: string
}

export interface PatchOperation {
  op: 'add' | 'remove' | 'replace' | 'test' | 'move' | 'copy'
  path: string
  from?: string
  value?: unknown
}

export function refTo({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): Ref {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

export function collectionPath({ apiVersion, kind, namespace }: Collection): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${group}${namespace ? `/namespaces/${namespace}` : ''}/${plural(kind)}`
}

export function objectPath(ref: Ref, subresource?: string): string {
  return `${collectionPath(ref)}/${ref.name}${subresource ? `/${subresource}` : ''}`
}

/** English plural of a kind; enough for every kind that has no irregular one. */
function plural(kind: string): string {
  const word = kind.toLowerCase()
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`
}
