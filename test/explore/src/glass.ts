import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import type { Commands } from '../../../packages/controller/src/commands.js'
import type { istioObjects } from '../../../packages/controller/src/objects.js'
import type { Reconciler } from '../../../packages/controller/src/reconciler.js'
import type { projectBirdWatch } from '../../../packages/controller/src/resource/birdwatch.js'
import type { KubeError } from '../../../packages/kube/src/errors.js'
import type { createIstioRouter } from '../../../packages/router-istio/src/router.js'

/** A rule that is taken out: a piece of one source file of the product, and what stands there instead. */
export interface Cut {
  /** From `packages`, e.g. `core/src/run/saver.ts`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** The parts of the product that the search runs. */
export interface Product {
  readonly Reconciler: typeof Reconciler
  readonly Commands: typeof Commands
  readonly istioObjects: typeof istioObjects
  readonly projectBirdWatch: typeof projectBirdWatch
  readonly createIstioRouter: typeof createIstioRouter
  readonly KubeError: typeof KubeError
}

const here = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = join(here, '..', '..', 'packages')
const parts = ['core', 'kube', 'router-istio', 'controller']
/** Stands in the copy for the platform's. */
const abort = join(here, 'src', 'process', 'abort.ts')
/** What the copied files import by name; of the transport, only its errors. */
const entries: Readonly<Record<string, string>> = {
  '@birdwatch/core': 'core/src/index.js',
  '@birdwatch/kube': 'kube/src/errors.js',
  '@birdwatch/router-istio': 'router-istio/src/index.js',
}
const exported = [
  'controller/src/reconciler.js',
  'controller/src/commands.js',
  'controller/src/objects.js',
  'controller/src/resource/birdwatch.js',
  'router-istio/src/router.js',
  'kube/src/errors.js',
]

/**
 * The product as it is in the sources, in a copy whose private fields can be looked into: two processes are in the same
 * state when everything that they remember is the same. `cuts` take rules out of the copy, to see that they are missed.
 */
export async function glass(cuts: readonly Cut[] = []): Promise<Product> {
  const files = new Map(parts.flatMap(sources).map(file => [file, readFileSync(join(packages, file), 'utf8')]))
  for (const { file, find, replace } of cuts) {
    const pieces = files.get(file)?.split(find) ?? []
    if (pieces.length !== 2)
      throw new Error(
        `src/traps.ts takes a rule out of ${file} that stands there ${Math.max(0, pieces.length - 1)} times, expected once: ` +
          `"${find}". The rule was written anew: name it there as it is now.`,
      )
    files.set(file, pieces.join(replace))
  }
  const hash = createHash('sha256').update(JSON.stringify([...files, readFileSync(abort, 'utf8')]))
  const home = join(here, 'node_modules', '.cache', 'glass', hash.digest('hex').slice(0, 16))
  if (!existsSync(home)) await write(home, files)
  return import(/* @vite-ignore */ pathToFileURL(join(home, 'index.js')).href) as Promise<Product>
}

const sources = (part: string): string[] =>
  readdirSync(join(packages, part, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map(file => join(part, 'src', file))

async function write(home: string, files: ReadonlyMap<string, string>): Promise<void> {
  const draft = `${home}.${process.pid}`
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(draft, file)), { recursive: true })
    writeFileSync(join(draft, file), text)
  }
  const opening = [...files].map(async ([file, text]) => put(file.replace(/\.ts$/, '.js'), await opened(file, text)))
  await Promise.all(opening)
  put('abort.js', await javaScript(readFileSync(abort, 'utf8')))
  put('index.js', exported.map(file => `export * from './${file}'\n`).join(''))
  put('package.json', '{ "type": "module" }')
  // Several processes may do this at once: the first copy stays.
  if (existsSync(home)) rmSync(draft, { recursive: true })
  else renameSync(draft, home)
}

/** JavaScript whose private fields have ordinary names, whose imports stay within the copy, and which aborts cheaply. */
async function opened(file: string, text: string): Promise<string> {
  const code = await javaScript(text.replace(/#([a-zA-Z]\w*)/g, '_$1'))
  const light = code.includes('new AbortController')
    ? `import { AbortController } from '${toward(relative(dirname(file), 'abort.js'))}'\n`
    : ''
  return (
    light +
    code.replace(/(from ['"])(@birdwatch\/[a-z-]+)(?=['"])/g, (all, from: string, name: string) => {
      const entry = entries[name]
      return entry === undefined ? all : `${from}${toward(relative(dirname(file), entry))}`
    })
  )
}

const javaScript = async (text: string) => (await transform(text, { loader: 'ts', target: 'es2023' })).code

const toward = (path: string) => (path.startsWith('.') ? path : `./${path}`)
