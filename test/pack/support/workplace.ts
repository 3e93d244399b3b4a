import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'vitest'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What somebody's shell has: nothing of the scripts and of the runner that this is run by. */
export const shell = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV$)/i.test(name)),
)

/** The program's output and status, whatever the status is. */
export async function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const options = { cwd, env: { ...shell, ...env }, maxBuffer: 1 << 26 }
  return promisify(execFile)(command, args, options).then(
    ({ stdout, stderr }) => ({ status: 0, text: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ status: code as number, text: `${stdout}${stderr}` }),
  )
}

/** An empty folder of somebody who has packages as tarballs only. */
export class Workplace {
  readonly folder: string
  /** By the names of their packages. */
  readonly tarballs: Record<string, string> = {}
  readonly #home = mkdtempSync(join(tmpdir(), 'birdwatch-pack-'))

  constructor(name: string) {
    this.folder = join(this.#home, name)
    mkdirSync(this.folder)
  }

  /** Packs the package of a directory as it would be published. */
  async pack(directory: string): Promise<void> {
    const args = ['-y', 'pnpm@10.34.9', 'pack', '--json', '--pack-destination', this.#home]
    const { status, text } = await run('npx', args, join(root, directory))
    expect(status, text).toBe(0)
    const { name, filename } = JSON.parse(text.slice(text.indexOf('{')))
    this.tarballs[name] = filename
  }

  /** Runs a line in the folder, with the packages in it taken from their tarballs. */
  follow(line: string) {
    const words = line.replaceAll(/@birdwatch\/[\w-]+/g, name => this.tarballs[name] ?? name)
    const quiet = words.startsWith('npm install') ? `${words} --no-audit --no-fund --prefer-offline` : words
    return run('sh', ['-c', quiet], this.folder)
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}
