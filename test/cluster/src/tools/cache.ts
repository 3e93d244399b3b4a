import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withLock } from './lock.js'
import { ToolsUnavailable } from './unavailable.js'

export interface ToolSource {
  name: string
  /** Everything that determines the result: versions, checksums, flags. Another value is another cache entry. */
  determinedBy: readonly string[]
  /** What a person waits for when it is not cached, e.g. `build, about 5 min`. */
  cost: string
  /** Puts the files into the directory, which becomes visible under its final name only when this is done. */
  provide(directory: string): Promise<void>
}

export type Log = (line: string) => void

/** `$BIRDWATCH_CACHE`, else `$XDG_CACHE_HOME/birdwatch`, else `~/.cache/birdwatch`. */
function cacheDirectory(): string {
  const { BIRDWATCH_CACHE, XDG_CACHE_HOME } = process.env
  return join(BIRDWATCH_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'birdwatch'), 'tools')
}

/**
 * The directory with the tool's files; provides them first when no run before did. Safe for several processes at once.
 * @throws ToolsUnavailable when they cannot be provided on this machine.
 */
export async function cached(source: ToolSource, log: Log): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(source.determinedBy)).digest('hex').slice(0, 12)
  const root = cacheDirectory()
  const final = join(root, `${source.name}-${hash}`)
  if (existsSync(final)) return final
  await mkdir(root, { recursive: true })
  await withLock(`${final}.lock`, async () => {
    if (existsSync(final)) return // another process provided it while we waited
    log(`${source.name}: not cached (${source.cost}) …`)
    const started = Date.now()
    const work = `${final}.partial`
    await rm(work, { recursive: true, force: true }) // of a process that was killed: we hold the lock
    await mkdir(work)
    try {
      await source.provide(work)
      await rename(work, final)
    } catch (error) {
      await rm(work, { recursive: true, force: true })
      throw new ToolsUnavailable(`${source.name}: ${oneLine(error)}`, { cause: error })
    }
    log(`${source.name}: ready after ${((Date.now() - started) / 1000).toFixed(1)} s`)
  })
  return final
}

const oneLine = (error: unknown): string => String(error instanceof Error ? error.message : error).replace(/\s+/g, ' ')
