import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect } from 'vitest'
import { test } from '../fixtures.js'
import { dataFile } from '../paths.js'
import { waitFor } from '../wait.js'
import { Environment } from './environment.js'

/** Pids of the processes that work in a directory; zombies are as good as gone. */
function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0]
        return state !== 'Z' && readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)
      } catch {
        return false // it ended between the two looks
      }
    })
    .map(Number)
}

/** An environment as a person starts it, and the state directory that the command printed. */
async function commandLine(): Promise<{ child: ChildProcess; directory: string }> {
  const child = spawn(process.execPath, [dataFile('dist/cli.js'), 'up'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const kubeconfig = await new Promise<string>((resolve, reject) => {
    lines.on('line', line => line.startsWith(printed) && resolve(line.slice(printed.length)))
    lines.once('close', () => reject(new Error('the command ended without an environment')))
  })
  return { child, directory: dirname(dirname(kubeconfig)) }
}

const printed = 'export KUBECONFIG='

const parentOf = (pid: number): number =>
  Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

const nothingLeft = (directory: string) =>
  waitFor('every process to be gone', () => processesIn(directory).length === 0 && !existsSync(directory))

describe('the end of an environment', () => {
  test('a second one runs beside the first, and Ctrl-C leaves nothing of it', async ({ environment }) => {
    const { child, directory } = await commandLine()
    const second = Environment.attach(directory)
    const before = processesIn(directory).length
    await second.api.find({ apiVersion: 'v1', kind: 'Node', name: 'local' })
    second.api.close()

    child.kill('SIGINT')

    await nothingLeft(directory)
    expect(before).toBeGreaterThanOrEqual(8)
    expect(environment.layout.podNetwork).not.toBe(second.layout.podNetwork)
  })

  test('nothing survives a killed parent, not even a frozen part', async ({ environment: _ }) => {
    const { child, directory } = await commandLine()
    await Environment.attach(directory).kill('istiod', 'SIGSTOP')

    child.kill('SIGKILL')

    await nothingLeft(directory)
    expect(processesIn(directory)).toEqual([])
  })

  test('no process survives a killed supervisor', async ({ environment: _ }) => {
    const { child, directory } = await commandLine()
    const etcd = await Environment.attach(directory).processes.state('etcd')

    process.kill(parentOf(etcd?.pid ?? 0), 'SIGKILL')

    await waitFor('every process to be gone', () => processesIn(directory).length === 0)
    child.kill('SIGKILL')
    await rm(directory, { recursive: true })
  })
})
