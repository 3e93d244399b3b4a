import { join } from 'node:path'
import { type RunOptions, run } from './run.js'
import type { Tools } from './tools/index.js'

/** Runs a command line client against one cluster and returns its standard output. @throws CommandError */
export type Client = (args: readonly string[], options?: RunOptions) => Promise<string>

/** @param home directory for their caches and repositories, so that a person's own are neither used nor changed */
export function commandLineClients(tools: Tools, kubeconfig: string, home: string) {
  const env = {
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(home, 'kubectl'),
    HELM_CACHE_HOME: join(home, 'helm/cache'),
    HELM_CONFIG_HOME: join(home, 'helm/config'),
    HELM_DATA_HOME: join(home, 'helm/data'),
  }
  const client =
    (file: string): Client =>
    async (args, options = {}) =>
      (await run(file, args, { ...options, env: { ...env, ...options.env } })).stdout
  return { kubectl: client(tools.kubectl), helm: client(tools.helm), helm3: client(tools.helm3) }
}
