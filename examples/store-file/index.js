// @ts-check
/**
 * Keeps the state of one rollout in a directory: one file, named after its `rev`. A save makes the file of the next `rev`
 * and fails when there is one, so of two processes that save at once, one wins, without any lock.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BirdWatchError } from '@birdwatch/core'

/** @param {string} directory @returns {import('@birdwatch/core').RolloutStore} */
export function fileStore(directory) {
  /** @param {number} rev */
  const fileOf = rev => join(directory, `${rev}.json`)
  const revs = async () => {
    await mkdir(directory, { recursive: true })
    return (await readdir(directory)).filter(file => /^\d+\.json$/.test(file)).map(file => Number.parseInt(file, 10))
  }
  const latest = async () => Math.max(0, ...(await revs()))
  /** @param {number} expected @param {number} found */
  const conflict = (expected, found) =>
    new BirdWatchError('STORE_CONFLICT', `${directory} holds rev ${found}, the save expected ${expected}`)

  return {
    async load() {
      // What was read of may be replaced at once: then there is a newer one.
      for (;;) {
        const rev = await latest()
        if (rev === 0) return undefined
        const text = await readFile(fileOf(rev), 'utf8').catch(() => undefined)
        if (text !== undefined) return JSON.parse(text)
      }
    },
    async save(state, expectedRev) {
      const text = JSON.stringify(state)
      const before = await latest()
      if (before !== expectedRev) throw conflict(expectedRev, before)
      const draft = join(directory, `${randomUUID()}.draft`)
      try {
        await writeFile(draft, text, { flush: true })
        // Unlike a rename, a link never replaces what is there.
        await link(draft, fileOf(state.rev)).catch(() => Promise.reject(conflict(expectedRev, state.rev)))
      } finally {
        await rm(draft, { force: true })
      }
      const after = await latest()
      if (after !== state.rev) {
        await rm(fileOf(state.rev))
        throw conflict(expectedRev, after)
      }
      for (const rev of await revs()) if (rev < state.rev) await rm(fileOf(rev), { force: true })
    },
  }
}
