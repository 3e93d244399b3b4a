import type { ObjectMeta } from '../client/types.js'

/** `namespace/name`, or `name` alone for what has no namespace. */
export function objectKey({ namespace, name }: Pick<ObjectMeta, 'namespace' | 'name'>): string {
  return namespace ? `${namespace}/${name}` : `${name}`
}
