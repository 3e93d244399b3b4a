import { KubeConfig } from '@kubernetes/client-node'
import { isKubeError, KubeError } from '../errors.js'

export interface ConfigOptions {
  /** A loaded client-node configuration, used as it is. Set its current context before. */
  kubeConfig?: KubeConfig | undefined
  /** A kubeconfig file. */
  kubeconfigPath?: string | undefined
  /** The URL of a server that wants no credentials, e.g. `http://127.0.0.1:8001` of `kubectl proxy`. */
  server?: string | undefined
  /** The context to use. Default: the one that is current when the client is created. */
  context?: string | undefined
}

/** The options as a function that loads the configuration, again and again but always with the same context. */
export function configLoader({ kubeConfig, kubeconfigPath, server, context }: ConfigOptions): () => KubeConfig {
  const sources = [kubeConfig, kubeconfigPath, server].filter(source => source !== undefined)
  if (sources.length > 1 || ((kubeConfig || server) && context !== undefined))
    throw new KubeError(
      'KUBE_CONFIG',
      'Give one of kubeConfig, kubeconfigPath and server, and a context only for a kubeconfig file; found several.',
    )
  if (kubeConfig) return () => withCluster(kubeConfig)
  if (server !== undefined) return () => fromServer(server)
  let pinned = context
  return () => {
    const config = kubeconfigPath === undefined ? fromSurroundings() : fromFile(kubeconfigPath)
    // Somebody's `kubectl config use-context` must not carry a running process over to another cluster.
    pinned ??= config.getCurrentContext()
    config.setCurrentContext(pinned)
    return withCluster(config)
  }
}

function fromFile(path: string): KubeConfig {
  const config = new KubeConfig()
  parse(`the kubeconfig ${path}`, () => config.loadFromFile(path))
  return config
}

/** KUBECONFIG, else ~/.kube/config, else the service account of the pod. */
function fromSurroundings(): KubeConfig {
  const config = new KubeConfig()
  parse('the kubeconfig', () => config.loadFromDefault())
  // Where client-node finds nothing, it silently invents http://localhost:8080.
  if (config.getCurrentContext() === 'loaded-context' && config.getCurrentUser()?.name === 'user')
    throw new KubeError(
      'KUBE_CONFIG',
      'No cluster is configured: KUBECONFIG is not set, ~/.kube/config does not exist, and this is not a pod.',
    )
  return config
}

function fromServer(server: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'server', server, skipTLSVerify: false }, { name: 'anonymous' })
  return config
}

function withCluster(config: KubeConfig): KubeConfig {
  if (config.getCurrentCluster()) return config
  const known = config.getContexts().map(({ name }) => name)
  throw new KubeError(
    'KUBE_CONFIG',
    `No cluster is known for context ${JSON.stringify(config.getCurrentContext())}. Contexts: ${known.join(', ') || 'none'}.`,
  )
}

/** The parser's messages quote the file, which holds tokens and keys: none of them may get out. */
function parse(what: string, load: () => void): void {
  try {
    load()
  } catch (error) {
    if (isKubeError(error)) throw error
    const { code, mark } = error as NodeJS.ErrnoException & { mark?: { line: number } }
    const found =
      code ?? (mark ? `not valid YAML at line ${mark.line + 1}` : 'a cluster, user or context is incomplete')
    throw new KubeError('KUBE_CONFIG', `Cannot load ${what}: ${found}.`)
  }
}
