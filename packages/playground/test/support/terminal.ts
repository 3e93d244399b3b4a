import { type SpawnOptions, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** A command that runs as in a terminal. */
export interface Running {
  /** What it has said so far, on either output. */
  readonly said: () => string
  /** Whether any process of it is left. */
  readonly isAlive: () => boolean
  /** Presses Ctrl-C: a terminal sends it to all processes of the command. */
  readonly interrupt: () => void
  readonly exited: Promise<number | null>
}

/** Runs a command in a group of its own; what is left of it ends with the test. */
export function inTerminal(command: string, args: readonly string[], options: SpawnOptions): Running {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const group = -(child.pid ?? Number.NaN)
  const signal = (name: NodeJS.Signals | 0) => {
    try {
      return process.kill(group, name)
    } catch {
      return false
    }
  }
  onTestFinished(() => void signal('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => {
      said += text
    })
  return {
    said: () => said,
    isAlive: () => signal(0),
    interrupt: () => void signal('SIGINT'),
    exited: new Promise(resolve => child.once('exit', resolve)),
  }
}
