import { defineConfig } from 'vitest/config'

const conditions = ['@birdwatch/source', 'node', 'module', 'import', 'default']

/** The page in a real browser: `npm run browser`. Needs Chromium; without it they are skipped, and fail where `CI=true`. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'browser',
    include: ['browser/**/*.browser.test.ts', '../playground/browser/*.browser.test.ts'],
    globalSetup: ['browser/support/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    fileParallelism: false,
    // A dozen real processes share the machine with whatever else runs there: one stall is not a defect, two are. A test
    // that needed its second try is printed as such.
    retry: process.env.CI === 'true' ? 1 : 0,
  },
})
