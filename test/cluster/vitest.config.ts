import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** As in the root configuration: `@birdwatch/*` resolves to sources. */
const conditions = ['@birdwatch/source', 'node', 'module', 'import', 'default']

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'cluster',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['src/global-setup.ts'],
    fileParallelism: false,
    // A dozen real processes share the machine with whatever else runs there: one stall is not a defect, two are. A test
    // that needed its second try is printed as such.
    retry: process.env.CI === 'true' ? 1 : 0,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
})
