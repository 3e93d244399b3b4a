import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The directory of one playground. */
export interface Workspace {
  readonly directory: string
  /** By which Kubernetes clients find the embedded API. */
  readonly kubeconfig: string
  remove(): void
}

/** Makes a temporary directory with a kubeconfig in it. Throws the error of the file system, e.g. `EACCES`. */
export function createWorkspace(server: string): Workspace {
  const directory = mkdtempSync(join(tmpdir(), 'birdwatch-playground-'))
  const kubeconfig = join(directory, 'kubeconfig')
  const name = 'playground'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
  }
  // JSON is YAML too.
  writeFileSync(kubeconfig, `${JSON.stringify(config, null, 2)}\n`)
  return { directory, kubeconfig, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
