import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFile } from '../paths.js'
import { run } from '../run.js'
import type { ToolSource } from './cache.js'

/** Nothing from outside the committed go.mod and go.sum decides what is built, and no C compiler is needed. */
const env = { GOWORK: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' }

interface GoTool {
  name: 'etcd' | 'kube' | 'istiod'
  cost: string
  /** File name to main package. */
  binaries: Record<string, string>
  ldflags?: readonly string[]
}

/** Builds main packages of modules that are pinned by `go/<name>/go.mod` and `go.sum`. */
function goTool({ name, cost, binaries, ldflags = [] }: GoTool): ToolSource {
  const cwd = dataFile(`go/${name}`)
  const flags = ['-trimpath', '-buildvcs=false', `-ldflags=${['-s', '-w', ...ldflags].join(' ')}`]
  const pins = ['go.mod', 'go.sum'].map(file => readFileSync(join(cwd, file), 'utf8'))
  return {
    name,
    cost,
    determinedBy: [...pins, ...flags, JSON.stringify(binaries), JSON.stringify(env)],
    async provide(directory) {
      for (const [file, main] of Object.entries(binaries)) {
        await run('go', ['build', ...flags, '-o', join(directory, file), main], { cwd, env })
      }
    },
  }
}

export const etcd = (): ToolSource =>
  goTool({ name: 'etcd', cost: 'build, about 1 min', binaries: { etcd: 'go.etcd.io/etcd/server/v3' } })

/** Without these flags the binaries would report a placeholder, which breaks `kubeVersion:` constraints of charts. */
const kubeVersion = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(path => [
  `-X ${path}.gitVersion=v1.36.3`,
  `-X ${path}.gitMajor=1`,
  `-X ${path}.gitMinor=36`,
  `-X ${path}.gitCommit=none`,
  `-X ${path}.buildDate=1970-01-01T00:00:00Z`,
])

export const kube = (): ToolSource =>
  goTool({
    name: 'kube',
    cost: 'build, about 5 min',
    ldflags: kubeVersion,
    binaries: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    },
  })

export const istiod = (): ToolSource =>
  goTool({
    name: 'istiod',
    cost: 'build, about 5 min',
    binaries: { 'pilot-discovery': 'istio.io/istio/pilot/cmd/pilot-discovery' },
  })

/** Where the sources of a module lie, at the version that istiod is built with. */
export const istiodDependency = async (module: string): Promise<string> =>
  (await download(module, dataFile('go/istiod'))).Dir

/** Where the sources of a module lie that no build needs. `sum` is what go.sum would hold of it. */
export async function moduleAt(version: string, sum: string): Promise<string> {
  const { Dir, Sum } = await download(version, tmpdir())
  if (Sum !== sum) throw new Error(`${version} has the checksum ${Sum}, expected ${sum}`)
  return Dir
}

async function download(module: string, cwd: string): Promise<{ Dir: string; Sum: string }> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd, env })
  return JSON.parse(stdout) as { Dir: string; Sum: string }
}
