import { defineConfig } from 'vitest/config'

/** Tests run against the sources: the condition below makes `@birdwatch/*` resolve to `src`. */
const conditions = ['@birdwatch/source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'examples/*/*.test.ts',
            'test/explore/tests/**/*.test.ts',
            'test/faults/src/**/*.test.ts',
            'test/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
    ],
  },
})
