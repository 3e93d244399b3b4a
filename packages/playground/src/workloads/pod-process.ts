import { type ChildProcess, fork } from 'node:child_process'
import type { Knobs } from './knobs.js'

const program = new URL('../../bin/workload.js', import.meta.url)

export interface PodProcessOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly knobs: Knobs
  /** Called when it listens, and whenever it becomes ready or ceases to be. */
  readonly report: (state: PodState) => void
  /** Called once, when it has ended. */
  readonly exited: (code: number) => void
}

export interface PodState {
  readonly port: number
  readonly ready: boolean
}

/** A pod is small: it needs no more, and a browser on the same machine will be grateful. */
const memory = ['--max-old-space-size=32', '--max-semi-space-size=1']

/** A real process that serves real HTTP. It ends with this process, however that ends. */
export class PodProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>

  constructor({ environment, knobs, report, exited }: PodProcessOptions) {
    this.#child = fork(program, {
      env: { ...environment },
      execArgv: memory,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child.on('message', state => report(state as PodState))
    this.#exited = new Promise(resolve => {
      const end = (code: number | null) => {
        resolve()
        exited(code ?? 137)
      }
      this.#child.once('exit', end)
      // It could not even be started, for want of memory or processes.
      this.#child.once('error', () => this.#child.pid === undefined && end(1))
    })
    this.turn(knobs)
  }

  /** The process's id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Changes its behaviour, at once. */
  turn(knobs: Knobs): void {
    this.#send({ knobs })
  }

  /** Lets it finish what is under way, for so long, then kills it; resolves when it has ended. */
  async end(graceMs: number): Promise<void> {
    this.#send({ stop: true })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs)
    await this.#exited
    clearTimeout(timer)
  }

  #send(message: object): void {
    // It may be gone already: then `exited` tells.
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
