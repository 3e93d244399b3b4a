import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory that ends with the test. */
export function tempDir() {
  const dir = mkdtempSync(join(tmpdir(), 'kube-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  return {
    /** Writes a file and returns its path. */
    write(name: string, content: string): string {
      const path = join(dir, name)
      writeFileSync(path, content)
      return path
    },
  }
}
