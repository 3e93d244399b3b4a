import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of this package. `src` and `dist` both lie one level below it, so this holds in either. */
const packageRoot = fileURLToPath(new URL('..', import.meta.url))

export const repositoryRoot = join(packageRoot, '..', '..')

/** A committed file that is not TypeScript: go modules, configuration, manifests. */
export const dataFile = (path: string): string => join(packageRoot, path)

/** A compiled program of this package, for the parts that run as Node processes of their own. */
export function program(name: 'supervisor/main.js' | 'kubelet/main.js' | 'kubelet/pod-server.js'): string {
  const path = join(packageRoot, 'dist', name)
  if (!existsSync(path))
    throw new Error(`${path} is missing: run \`npx tsc -b test/cluster\` (or \`npm run build\`) first`)
  return path
}
