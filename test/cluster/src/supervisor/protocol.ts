/** A process to run. It gets exactly this environment plus `PATH`, and the state directory as working directory. */
export interface ProcessSpec {
  name: string
  file: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

export interface ProcessState {
  pid: number
  /** Absent while it runs. */
  exit?: { code: number | null; signal: NodeJS.Signals | null }
}

/** What the supervisor does for its clients: `POST /<operation>` with the argument as JSON, over its Unix socket. */
export interface Operations {
  /** Starts a process. Refused while one of that name runs. */
  start(spec: ProcessSpec): ProcessState
  /** Sends a signal to a process; nothing happens when it has ended. */
  signal(target: { name: string; signal: NodeJS.Signals }): void
  /** Every process ever started, by name. */
  states(): Record<string, ProcessState>
  /** A number from 0 to 49 that no other environment of this machine has. */
  block(): number
  /** Free ports of the block that belongs to this environment; no port is given out twice. */
  ports(request: { count: number }): Promise<number[]>
}

export const socketOf = (directory: string): string => `${directory}/control.sock`

export const logOf = (directory: string, name: string): string => `${directory}/log/${name}.log`
