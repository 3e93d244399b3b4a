import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startFlags } from '../support/flags.js'
import { json, startPeer } from '../support/peer.js'
import { type Program, run } from '../support/program.js'

const token = 's3cret'

describe('The deploy script', () => {
  let slow: number
  let directory: string
  let flags: Awaited<ReturnType<typeof startFlags>>
  let stats: Awaited<ReturnType<typeof startPeer>>
  let started: Program[]

  const deploy = (...args: string[]) => {
    const env = { FLAGS_URL: flags.url, FLAGS_TOKEN: token, STATS_URL: stats.url }
    const program = run(
      new URL('./deploy.js', import.meta.url),
      ['checkout', '--interval', '1', '--up-to', '30', ...args],
      {
        cwd: directory,
        env,
      },
    )
    started.push(program)
    return program
  }

  beforeEach(async () => {
    slow = 10
    started = []
    directory = mkdtempSync(join(tmpdir(), 'birdwatch-deploy-'))
    flags = await startFlags({ token, flags: { checkout: 0 } })
    stats = await startPeer((request, response) =>
      json(response, 200, { p95: request.url?.includes('side=on') ? 100 + slow : 100 }),
    )
  })
  afterEach(async () => {
    for (const { process } of started) process.kill('SIGKILL')
    await Promise.all([...started.map(({ ended }) => ended), flags.close(), stats.close()])
    rmSync(directory, { recursive: true, force: true })
  })

  test('killed on the way, goes on where it was, and turns the flag on for everybody', async () => {
    const first = deploy()
    await vi.waitFor(() => expect(flags.percentOf('checkout')).toBe(20), { timeout: 150_000, interval: 20 })
    first.process.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')

    const second = deploy()

    expect(await second.ended).toBe(0)
    expect(flags.percentOf('checkout')).toBe(100)
    // It begins no second rollout, and repeats no step that was taken.
    expect(second.lines.filter(line => line.includes('begins'))).toEqual([])
    expect(second.lines.filter(line => line.startsWith('Canary weight'))[0]).toMatch(/^Canary weight 20 % -> 30 %/)
    expect(second.lines.at(-1)).toMatch(/^checkout is production/)
  }, 180_000)

  test('turns the flag off when pages get slower, says by how much, and fails', async () => {
    slow = 300
    const program = deploy()

    expect(await program.ended).toBe(1)
    expect(flags.percentOf('checkout')).toBe(0)
    expect(program.lines).toContainEqual(expect.stringMatching(/p95 is 400, baseline 100, allowed deviation 50/))
  }, 180_000)

  test.each([
    [['--slower-by=-1'], /^deploy: --slower-by is -1; it must be /],
    [['--upto', '5'], /^deploy: Unknown option '--upto'/],
  ])(
    'says in one line what is wrong with %j, and moves nothing',
    async (args, said) => {
      const program = deploy(...args)

      expect(await program.ended).toBe(2)
      expect(program.lines).toEqual([expect.stringMatching(said)])
      expect(flags.percentOf('checkout')).toBe(0)
    },
    180_000,
  )

  test('turns the flag off at Ctrl-C', async () => {
    const program = deploy('--interval', '600')
    await program.line(/^Canary weight 0 % -> 10 %/)
    program.process.kill('SIGINT')

    expect(await program.ended).toBe(1)
    expect(flags.percentOf('checkout')).toBe(0)
  }, 180_000)
})
