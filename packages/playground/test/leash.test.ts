import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { until } from './support/until.js'

const leash = new URL('../bin/leash.js', import.meta.url)

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A program that listens, and its command line. */
const listening = (port: number) => [
  process.execPath,
  '-e',
  `require('node:http').createServer((_, response) => response.end()).listen(${port}, '127.0.0.1')`,
]

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  )

function ending(child: ChildProcess): ChildProcess {
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('ends the program when it is asked to end', async () => {
  const port = await freePort()
  const child = ending(fork(leash, listening(port), { execArgv: [] }))
  await until(() => answers(port))
  child.kill('SIGTERM')
  await once(child, 'exit')
  expect(await answers(port)).toBe(false)
})

test('the program does not outlive who started it, even if that is killed', async () => {
  const port = await freePort()
  const script = `require('node:child_process').fork(${JSON.stringify(leash.pathname)}, ${JSON.stringify(listening(port))})`
  const parent = ending(spawn(process.execPath, ['-e', script]))
  await until(() => answers(port))
  parent.kill('SIGKILL')
  await until(async () => !(await answers(port)))
})

test('ends as the program does', async () => {
  const child = ending(fork(leash, [process.execPath, '-e', 'process.exit(3)'], { execArgv: [] }))
  expect(await once(child, 'exit')).toEqual([3, null])
})
