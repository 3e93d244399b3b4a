import { defineConfig } from 'vite'
import { sampleApi } from './dev/plugin.ts'

/** The page alone; what serves it is compiled by `tsc -b`. */
export default defineConfig({
  root: new URL('page', import.meta.url).pathname,
  base: './',
  resolve: { conditions: ['@birdwatch/source', 'module', 'browser', 'import', 'default'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [sampleApi()],
  build: {
    outDir: new URL('dist/page', import.meta.url).pathname,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
  },
})
