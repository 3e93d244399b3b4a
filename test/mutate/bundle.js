import { readdirSync } from 'node:fs'
import { build } from 'esbuild'

/** Where the tests are, those next to the code first; simulations find no more, and take far longer. */
const folders = {
  core: ['packages/core/src/judge', 'packages/core/src/decide', 'packages/core/test/rules', 'packages/core/test'],
  router: ['packages/router-istio/src', 'packages/router-istio/test'],
}
/** Tests of the documentation and of what other tests stand on. */
const others = ['readme.test.ts', 'fake-api.test.ts']
const [, , part] = /** @type {[string, string, keyof typeof folders]} */ (process.argv)
const files = folders[part].flatMap(folder =>
  readdirSync(folder)
    .filter(file => file.endsWith('.test.ts') && !others.includes(file))
    .map(file => `${folder}/${file}`),
)

// All tests with all that they test in one file, in the copy that has the mutants: each test file can be loaded anew.
await build({
  stdin: {
    contents: files.map(file => `exports[${JSON.stringify(file)}] = () => require('./${file}')`).join('\n'),
    resolveDir: '.',
  },
  outfile: 'test/mutate/bundled/tests.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  conditions: ['@birdwatch/source'],
  alias: {
    // The copy has no installed packages of its own.
    '@birdwatch/core': './packages/core/src/index.ts',
    '@birdwatch/testing': './packages/testing/src/index.ts',
  },
  external: ['fast-check', 'vitest'],
  logLevel: 'warning',
})
