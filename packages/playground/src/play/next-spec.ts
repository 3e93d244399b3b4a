import { isObject, type JsonObject } from '../json.js'

export interface Versions {
  /** The canary of the spec as it is; what else it compares with was production. */
  readonly canary: string
  readonly next: string
  readonly production: string
}

const versionMatcher = /(destination_version=~?")(v\d+)(?=")/g

/** The spec of a rollout, of the next canary: with its versions, and otherwise as people have left it. */
export function nextSpec(spec: JsonObject, { canary, next, production }: Versions): JsonObject {
  const renamed = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(versionMatcher, (_, before, version) => `${before}${version === canary ? next : production}`)
    if (Array.isArray(value)) return value.map(renamed)
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, renamed(member)]))
    return value
  }
  return { ...(renamed(spec) as JsonObject), canary_version: next }
}
