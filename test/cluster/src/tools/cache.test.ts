import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import { test } from '../fixtures.js'
import { cached, type ToolSource } from './cache.js'
import { withLock } from './lock.js'
import { ToolsUnavailable } from './unavailable.js'

// `environment` is asked for only because it skips the test where `flock` is missing, too
let directory: string
const log = vi.fn()

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'birdwatch-cache-test-'))
  vi.stubEnv('BIRDWATCH_CACHE', directory)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

/** A tool that takes a moment, and how often it was provided. */
function tool(determinedBy = ['1.0']): { source: ToolSource; provide: ReturnType<typeof vi.fn> } {
  const provide = vi.fn(async (into: string) => {
    await writeFile(join(into, 'tool'), 'a')
    await once(spawn('true'), 'exit')
    await writeFile(join(into, 'tool'), determinedBy.join())
  })
  return { source: { name: 'tool', cost: 'nothing', determinedBy, provide }, provide }
}

describe('the tool cache', () => {
  test('provides a tool once for all who ask at the same time', async ({ environment: _ }) => {
    const { source, provide } = tool()

    const paths = await Promise.all([cached(source, log), cached(source, log), cached(source, log)])

    expect(provide).toHaveBeenCalledTimes(1)
    expect(new Set(paths).size).toBe(1)
    await expect(readFile(join(paths[0], 'tool'), 'utf8')).resolves.toBe('1.0')
  })

  test('keeps one entry for each thing that determines a tool', async ({ environment: _ }) => {
    const one = await cached(tool(['1.0']).source, log)
    const two = await cached(tool(['2.0']).source, log)

    expect(one).not.toBe(two)
  })

  test('leaves nothing behind that looks ready when providing fails, and names the tool and the cause', async ({
    environment: _,
  }) => {
    const { source } = tool()
    const broken = { ...source, provide: () => Promise.reject(new Error('no network')) }

    const failure = cached(broken, log)

    await expect(failure).rejects.toBeInstanceOf(ToolsUnavailable)
    await expect(failure).rejects.toThrow(/^tool: no network$/)
    await expect(readdir(join(directory, 'tools'))).resolves.toEqual([expect.stringMatching(/\.lock$/)])
  })
})

describe('a lock', () => {
  test('is free again when its holder was killed', async ({ environment: _ }) => {
    const file = join(directory, 'lock')
    const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    const taken = withLock(file, async () => 'done')

    holder.stdin.destroy() // as the kernel does for the child of a killed process

    await expect(taken).resolves.toBe('done')
  })
})
