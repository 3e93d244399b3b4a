import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { program } from '../paths.js'
import { lastLines } from '../run.js'
import { waitFor } from '../wait.js'
import { logOf, type Operations, type ProcessSpec, type ProcessState, socketOf } from './protocol.js'

type Result<K extends keyof Operations> = Awaited<ReturnType<Operations[K]>>

/** The processes of one environment. Any process that knows the state directory can have one. */
export class Processes {
  constructor(readonly directory: string) {}

  start(spec: ProcessSpec): Promise<ProcessState> {
    return this.#call('start', spec)
  }

  /** Resolves when the signal was sent; a process that is frozen has then really stopped. */
  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    await this.#call('signal', { name, signal })
    if (signal === 'SIGSTOP') await waitFor(`${name} to stop`, async () => isStopped((await this.state(name))?.pid))
  }

  /** `undefined` when it was never started. */
  async state(name: string): Promise<ProcessState | undefined> {
    return (await this.#call('states', null))[name]
  }

  async running(name: string): Promise<boolean> {
    const state = await this.state(name)
    return state !== undefined && state.exit === undefined
  }

  block(): Promise<number> {
    return this.#call('block', null)
  }

  ports(count: number): Promise<number[]> {
    return this.#call('ports', { count })
  }

  /** Resolves when the process has ended. */
  async ended(name: string, timeoutMs = 60_000): Promise<ProcessState['exit']> {
    return waitFor(`the end of ${name}`, async () => (await this.state(name))?.exit, { timeoutMs })
  }

  /** Ends a process: SIGTERM, and SIGKILL when that did not help within the grace period. */
  async stop(name: string, graceMs = 15_000): Promise<void> {
    if (!(await this.running(name))) return
    await this.signal(name, 'SIGTERM')
    await this.signal(name, 'SIGCONT') // a stopped process would see the SIGTERM only then
    try {
      await this.ended(name, graceMs)
    } catch {
      await this.signal(name, 'SIGKILL')
      await this.ended(name)
    }
  }

  /** Resolves when `ready` says so. Fails with the end of the log when the process dies first or takes too long. */
  async ready(name: string, ready: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!(await ready().catch(() => false))) {
      const running = await this.running(name)
      if (!running || Date.now() > deadline) {
        const what = running ? `is not ready after ${timeoutMs} ms` : 'died'
        throw new Error(`${name} ${what}. The end of ${logOf(this.directory, name)}:\n${this.logTail(name)}`)
      }
      await delay(50)
    }
  }

  log(name: string): string {
    return readFileSync(logOf(this.directory, name), 'utf8')
  }

  logTail(name: string, lines = 20): string {
    return lastLines(this.log(name), lines)
  }

  async #call<K extends keyof Operations>(operation: K, argument: unknown): Promise<Result<K>> {
    const request = http.request({ socketPath: socketOf(this.directory), path: `/${operation}`, method: 'POST' })
    request.end(JSON.stringify(argument))
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    const body = await json(response)
    if (response.statusCode !== 200) throw new Error((body as { message: string }).message)
    return body as Result<K>
  }
}

/** Holds the supervisor: it and everything under it ends with this process, at the latest. */
export class Supervisor {
  private constructor(readonly child: ChildProcess) {}

  /** @param keep whether the state directory outlives the environment */
  static async launch(directory: string, keep: boolean): Promise<Supervisor> {
    const log = openSync(logOf(directory, 'supervisor'), 'a')
    const args = [program('supervisor/main.js'), directory, ...(keep ? ['--keep'] : [])]
    const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', log, log] })
    closeSync(log)
    child.unref()
    ;(child.stdin as unknown as { unref(): void }).unref()
    const processes = new Processes(directory)
    await waitFor('the supervisor', async () => {
      if (child.exitCode !== null) throw new Error(`the supervisor died: ${processes.logTail('supervisor')}`)
      return processes.state('supervisor').then(() => true)
    })
    return new Supervisor(child)
  }

  /** Kills every process and removes the state directory. */
  async close(): Promise<void> {
    this.child.stdin?.end()
    await this.ended()
  }

  /** Resolves when the supervisor has ended; until then, this process stays alive. */
  async ended(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.ref()
    await once(this.child, 'exit')
  }
}

/** The kernel stops one thread after the other, each when its turn to run comes: until then it goes on answering. */
function isStopped(pid = 0): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map(thread =>
      readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'),
    )
    return threads.every(stat => /\) [TZ] /.test(stat))
  } catch {
    return true // it is gone
  }
}
