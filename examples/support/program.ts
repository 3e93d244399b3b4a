import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const fromSource = new URL('./from-source.js', import.meta.url).href

/** An example as the process that its users run; what it prints is collected line by line. */
export interface Program {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** Resolves with the first line that matches, printed already or still to come. */
  line(pattern: RegExp): Promise<string>
  /** Resolves with the exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

export function run(
  script: URL,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd: string },
): Program {
  const node = ['--conditions=@birdwatch/source', '--import', fromSource, fileURLToPath(script), ...args]
  const process = spawn(globalThis.process.execPath, node, {
    cwd: options.cwd,
    env: { PATH: globalThis.process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  const take = (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    for (const look of waiting) look()
  }
  process.stdout?.setEncoding('utf8').on('data', take)
  process.stderr?.setEncoding('utf8').on('data', take)
  const ended = once(process, 'close').then(([code, signal]) => {
    for (const look of waiting) look()
    return signal ?? code
  })
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = lines.find(text => pattern.test(text))
        if (found === undefined && process.exitCode === null && process.signalCode === null) return
        waiting.delete(look)
        if (found === undefined) reject(new Error(`it ended without ${pattern}; it said:\n${lines.join('\n')}`))
        else resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { process, lines, line, ended }
}
