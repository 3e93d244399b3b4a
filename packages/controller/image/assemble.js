/**
 * Assembles what the image adds to its base: the controller and its plugins in one bundle with chunks that are loaded on
 * demand, the page of the dashboard, licences, and a bill of materials. The same sources give the same bytes.
 *
 * usage: node packages/controller/image/assemble.js DIRECTORY
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { billOfMaterials, licences, packagesOf } from './materials.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const controller = join(root, 'packages/controller')
const page = join(root, 'packages/dashboard/dist/page')
const { name, version, license } = JSON.parse(readFileSync(join(controller, 'package.json'), 'utf8'))

/** In the bundle the built page lies beside `bin`; a change of where the dashboard looks for it must not go unnoticed. */
const pageBesideBin = {
  name: 'page-beside-bin',
  transform(code, id) {
    if (relative(root, id) !== 'packages/dashboard/src/http/handler.ts') return null
    const found = "'../../dist/page/'"
    if (!code.includes(found)) throw new Error(`${id} no longer looks for the page in ${found}; mend assemble.js`)
    return code.replace(found, "'../page/'")
  },
}

/** What a dependency of Datadog's client brings for platforms without `URL`; outside of a `node_modules`, Node warns of it. */
const ownUrl = {
  name: 'own-url',
  resolveId: id => (id === 'whatwg-url' ? '\0own-url' : null),
  load: id => (id === '\0own-url' ? "export { URL } from 'node:url'" : null),
}

/** @returns {Promise<string[]>} the ids of all modules that are in the bundle */
async function bundle(bin) {
  const { output } = await build({
    input: { birdwatch: join(controller, 'src/cli.ts') },
    platform: 'node',
    resolve: { conditionNames: ['@birdwatch/source', 'node', 'import', 'module', 'default'] },
    plugins: [pageBesideBin, ownUrl],
    logLevel: 'warn',
    output: { dir: bin, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
  })
  return output.flatMap(({ moduleIds = [] }) => moduleIds).filter(id => !id.startsWith('\0'))
}

async function assemble(out) {
  const app = join(out, 'app')
  rmSync(app, { recursive: true, force: true })
  mkdirSync(app, { recursive: true })
  const write = (file, text) => writeFileSync(join(app, file), text)
  const modules = await bundle(join(app, 'bin'))
  const packages = packagesOf(modules)
  // The program finds its version here, one folder above itself.
  write('package.json', `${JSON.stringify({ name, version, license, type: 'module', private: true }, null, 2)}\n`)
  write('licences.txt', licences(packages))
  write('sbom.cdx.json', `${JSON.stringify(billOfMaterials({ name, version }, packages), null, 2)}\n`)
  cpSync(join(root, 'LICENSE'), join(app, 'LICENSE'))
  if (modules.some(id => relative(root, dirname(id)).startsWith('packages/dashboard'))) {
    if (!existsSync(page)) execFileSync('npm', ['run', '--silent', 'page'], { cwd: join(root, 'packages/dashboard') })
    cpSync(page, join(app, 'page'), { recursive: true })
  }
  console.log(`${app}: ${modules.length} modules of ${packages.length} packages`)
}

const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: node packages/controller/image/assemble.js DIRECTORY')
await assemble(out)
