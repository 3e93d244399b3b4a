import { defineConfig } from 'vitest/config'

/** What authors, embedders and the curious get: packed tarballs in an empty folder. Needs the build, and the npm registry. */
export default defineConfig({
  test: { include: ['test/pack/*.test.ts'], testTimeout: 300_000, hookTimeout: 600_000, fileParallelism: false },
})
