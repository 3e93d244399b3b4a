import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolloutStoreSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { fileStore } from './index.js'

rolloutStoreSuite({
  test,
  create: () => {
    const directory = mkdtempSync(join(tmpdir(), 'birdwatch-store-'))
    const close = () => rmSync(directory, { recursive: true })
    return { store: fileStore(directory), another: fileStore(directory), close }
  },
})
