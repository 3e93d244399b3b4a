/**
 * Parent of every process of one environment. It ends, and takes all of them along, when its standard input closes,
 * which the kernel does for it when the process that started it is gone for whatever reason.
 * Should the supervisor itself be killed, the kernel kills its children (PDEATHSIG).
 *
 * usage: node main.js <state directory> [--keep]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import http from 'node:http'
import { json } from 'node:stream/consumers'
import { PortBlock } from './ports.js'
import { logOf, type Operations, type ProcessSpec, type ProcessState, socketOf } from './protocol.js'

const [directory = '', keep] = process.argv.slice(2)
const children = new Map<string, { child: ChildProcess; state: ProcessState }>()
const block = await PortBlock.claim()

function start({ name, file, args, env }: ProcessSpec): ProcessState {
  const running = children.get(name)
  if (running && !running.state.exit) throw new Error(`${name} already runs`)
  const log = openSync(logOf(directory, name), 'a')
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', file, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', HOME: directory, ...env },
    stdio: ['ignore', log, log],
    detached: true, // its own process group, so that it is killed with all its children
  })
  closeSync(log)
  const state: ProcessState = { pid: child.pid ?? 0 }
  child.once('error', () => Object.assign(state, { exit: { code: null, signal: null } }))
  child.once('exit', (code, signal) => {
    killGroup(state.pid)
    state.exit = { code, signal }
  })
  children.set(name, { child, state })
  return state
}

const operations: Operations = {
  start,
  signal({ name, signal }) {
    children.get(name)?.child.kill(signal)
  },
  states: () => Object.fromEntries([...children].map(([name, { state }]) => [name, state])),
  block: () => block.index,
  ports: async ({ count }) => {
    const ports: number[] = []
    while (ports.length < count) ports.push(await block.take())
    return ports
  },
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // the group has no member left
  }
}

const server = http.createServer(async (request, response) => {
  try {
    const operation = operations[request.url?.slice(1) as keyof Operations] as (argument: unknown) => unknown
    const result = await operation(await json(request))
    response.end(JSON.stringify(result ?? null))
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ message: String(error) }))
  }
})

async function end(): Promise<void> {
  server.close()
  server.closeAllConnections()
  const ended = [...children.values()].filter(({ state }) => !state.exit).map(({ child }) => once(child, 'exit'))
  for (const { state } of children.values()) if (!state.exit) killGroup(state.pid)
  await Promise.all(ended)
  if (keep !== '--keep') await rm(directory, { recursive: true, force: true })
  process.exit(0)
}

process.stdin.resume().once('close', end)
process.once('SIGTERM', end)
process.on('SIGINT', () => {}) // Ctrl-C is for the process that started us; its end is ours
server.listen(socketOf(directory))
