import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Environment } from './env/environment.js'
import { repositoryRoot } from './paths.js'
import type { Processes } from './supervisor/client.js'
import { type WaitOptions, waitFor } from './wait.js'

export interface ControllerOptions {
  /** Names its process and its log; unique in the environment. Default: `controller-` and a random number. */
  name?: string
  /** Program and its first arguments. Default: `birdwatch controller` of this repository. */
  command?: readonly string[]
  /** Default: the environment's administrator; see {@link Environment.kubeconfigFor} for one that is subject to RBAC. */
  kubeconfig?: string
  /** Content of the file given as `--config`; none: no such argument. */
  config?: object
  /** Further arguments. */
  args?: readonly string[]
  /** Its whole environment, apart from `PATH` and `HOME`. */
  env?: Record<string, string>
}

/** A line of JSON that the controller logged; text that is not JSON is `{ msg }`. */
export type LogLine = Record<string, unknown> & { msg?: string }

const birdwatch = [process.execPath, join(repositoryRoot, 'packages/controller/bin/birdwatch.js'), 'controller']

/** The product under test as a process of its own, which can be killed, frozen and started again. */
export class ControllerProcess {
  readonly name: string
  readonly #processes: Processes
  readonly #directory: string

  constructor(
    readonly environment: Environment,
    readonly options: ControllerOptions = {},
  ) {
    this.name = options.name ?? `controller-${randomBytes(4).toString('hex')}`
    this.#processes = environment.processes
    this.#directory = environment.layout.directory
  }

  /** Starts it and returns at once; see {@link waitForLog}. */
  async start(): Promise<void> {
    const { command = birdwatch, kubeconfig = this.environment.kubeconfig, config, args = [], env = {} } = this.options
    const [file = '', ...first] = command
    const configuration = config ? ['--config', await this.#writeConfig(config)] : []
    await this.#processes.start({
      name: this.name,
      file,
      args: [...first, '--kubeconfig', kubeconfig, ...configuration, ...args],
      env,
    })
  }

  /** Ends it at once (SIGKILL), as a lost node would; nothing happens when it does not run. */
  async kill(): Promise<void> {
    if (!(await this.running())) return
    await this.signal('SIGKILL')
    await this.#processes.ended(this.name)
  }

  /** Asks it to end (SIGTERM) and resolves with its exit code; `null` when a signal ended it. */
  async terminate(timeoutMs?: number): Promise<number | null> {
    await this.signal('SIGTERM')
    const exit = await this.#processes.ended(this.name, timeoutMs)
    return exit?.code ?? null
  }

  /** `SIGSTOP` freezes it, `SIGCONT` lets it go on. */
  signal(signal: NodeJS.Signals): Promise<void> {
    return this.#processes.signal(this.name, signal)
  }

  /** Kills it if it runs and starts it again; its log goes on in the same place. */
  async restart(): Promise<void> {
    await this.kill()
    await this.start()
  }

  running(): Promise<boolean> {
    return this.#processes.running(this.name)
  }

  /** Everything logged since the first start. */
  logs(): LogLine[] {
    return this.#processes.log(this.name).split('\n').filter(Boolean).map(parseLine)
  }

  /** Resolves with the first line that satisfies the condition, also one logged before. */
  async waitForLog(condition: (line: LogLine) => boolean, options?: WaitOptions): Promise<LogLine> {
    return waitFor(`a line in the log of ${this.name}`, async () => this.logs().find(condition), options)
  }

  async #writeConfig(config: object): Promise<string> {
    const path = join(this.#directory, 'conf', `${this.name}.yaml`)
    await writeFile(path, stringify(config), { mode: 0o600 })
    return path
  }
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine
  } catch {
    return { msg: line }
  }
}
