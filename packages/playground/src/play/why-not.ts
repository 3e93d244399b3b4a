import { tmpdir } from 'node:os'
import type { Ports } from './playground.js'

const flagOf: Readonly<Record<keyof Ports, string | undefined>> = {
  page: '--port',
  api: '--api-port',
  mesh: '--mesh-port',
  metrics: '--metrics-port',
  controller: undefined,
}

/** One line for what a person can mend; undefined for a bug, whose stack matters. */
export function whyNot(error: unknown, ports: Partial<Ports>): string | undefined {
  const { code, syscall, port, message } = error as NodeJS.ErrnoException & { port?: number }
  if (syscall === 'listen') {
    const [name] = Object.entries(ports).find(([, wanted]) => wanted === port) ?? []
    const flag = name === undefined ? undefined : flagOf[name as keyof Ports]
    const found = code === 'EADDRINUSE' ? 'is taken by another program' : `can not be used (${code})`
    return `port ${port} of 127.0.0.1 ${found}; choose another${flag === undefined ? '' : ` with ${flag}, or any with ${flag} 0`}.`
  }
  if (syscall === 'mkdtemp') return `${tmpdir()} can not be written to (${code}); set TMPDIR to a directory that can.`
  const mendable = code === undefined || code === 'CONFIGURATION_INVALID'
  return mendable && !(error instanceof TypeError) ? message?.split('\n')[0] : undefined
}
