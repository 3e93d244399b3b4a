import type { Catalog } from '../catalog.js'
import { discover } from './discovery.js'
import { openApi } from './openapi.js'

/** Clients compare it with their own: kubectl warns when it is more than one minor version away. */
const version = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.0+birdwatch-playground',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'node',
}

const health: readonly string[] = ['healthz', 'livez', 'readyz']

/** What the server says of itself; undefined for a path that is none of these. */
export function about(catalog: Catalog, segments: readonly string[]): object | string | undefined {
  const path = segments.join('/')
  if (health.includes(path)) return 'ok'
  return path === 'version' ? version : (discover(catalog, segments) ?? openApi(catalog, segments))
}
