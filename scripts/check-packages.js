/** Packs every public package as npm would, and checks what users of the tarballs would get: exports, types, files. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { published } from './published.js'

const required = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
const out = mkdtempSync(join(tmpdir(), 'birdwatch-pack-'))
const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe', ...options })
const failures = []

const attempt = (name, check) => {
  try {
    check()
  } catch (error) {
    failures.push(`${name}: ${error.stdout || error.stderr || error.message}`)
  }
}

try {
  for (const { directory, manifest } of published) attempt(manifest.name, () => check(directory, manifest.name))
  attempt('docs/api', () => run('node', ['scripts/api-reports.js']))
} finally {
  rmSync(out, { recursive: true, force: true })
}

for (const failure of failures) console.error(failure)
process.exitCode = failures.length === 0 ? 0 : 1

function check(directory, name) {
  const packed = JSON.parse(
    run('npx', ['-y', 'pnpm@10.34.9', 'pack', '--json', '--pack-destination', out], { cwd: directory }),
  )
  const files = packed.files.map(file => file.path)
  for (const file of required) if (!files.includes(file)) throw new Error(`the tarball lacks ${file}`)
  const stray = files.find(file => /\.test\.|\.tsbuildinfo$/.test(file))
  if (stray !== undefined) throw new Error(`the tarball contains ${stray}`)
  run('npx', ['publint', 'run', packed.filename, '--strict'])
  run('npx', ['attw', packed.filename, '--profile', 'esm-only'])
  console.log(`${name}: ${files.length} files, publint and attw clean`)
}
