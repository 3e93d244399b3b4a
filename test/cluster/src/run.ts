import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface RunOptions {
  cwd?: string
  /** Added to this process's environment. */
  env?: Record<string, string>
  /** Written to standard input. */
  input?: string
}

export interface Output {
  stdout: string
  stderr: string
}

/** A command that could not be started or did not end with 0. */
export class CommandError extends Error {
  override name = 'CommandError'
  constructor(
    readonly command: string,
    /** `null` when a signal ended it, `undefined` when it never started. */
    readonly exitCode: number | null | undefined,
    readonly stderr: string,
  ) {
    const what = exitCode === undefined ? 'could not be started' : `ended with ${exitCode ?? 'a signal'}`
    super(`\`${command}\` ${what}: ${lastLines(stderr, 5)}`)
  }
}

/** Runs a command to its end and returns what it printed. @throws CommandError */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const command = [file, ...args].join(' ').slice(0, 200)
  const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env } })
  child.stdin.on('error', () => {}) // a command that does not read its input is judged by its exit code
  child.stdin.end(options.input)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', error => reject(new CommandError(command, undefined, error.message)))
    child.once('close', resolve)
  })
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code !== 0) throw new CommandError(command, code, stderr || stdout)
  return { stdout, stderr }
}

export const lastLines = (output: string, count: number): string =>
  output.trimEnd().split('\n').slice(-count).join('\n')
