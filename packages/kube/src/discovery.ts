import type { Client } from './client/types.js'
import { isKubeError, KubeError } from './errors.js'

interface ApiGroup {
  versions: { version: string }[]
}

/**
 * The first of the `preferred` versions that the server serves of an API group. Throws `KUBE_NOT_SERVED` when it serves
 * none of them or does not know the group, which for a group of custom resources mostly means they are not installed.
 */
export async function discoverVersion(
  client: Pick<Client, 'get'>,
  group: string,
  preferred: readonly string[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const served = await servedVersions(client, group, signal)
  const version = preferred.find(candidate => served.includes(candidate))
  if (version !== undefined) return version
  throw new KubeError(
    'KUBE_NOT_SERVED',
    `Expected API group ${group} in one of ${preferred.join(', ')}; ` +
      (served.length > 0
        ? `the server serves ${served.join(', ')}.`
        : 'the server does not serve it. Are its custom resource definitions installed?'),
  )
}

async function servedVersions(client: Pick<Client, 'get'>, group: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const { versions } = await client.get<ApiGroup>(`/apis/${encodeURIComponent(group)}`, { signal })
    return versions.map(({ version }) => version)
  } catch (error) {
    if (isKubeError(error, 'KUBE_NOT_FOUND')) return []
    throw error
  }
}
