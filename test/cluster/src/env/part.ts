import type { ProcessSpec } from '../supervisor/protocol.js'
import type { Layout } from './layout.js'

/** How one process of the environment is started, and how one sees that it works. */
export interface Part {
  /** Writes the files it reads. Called before every start. */
  configure?(layout: Layout): Promise<void>
  command(layout: Layout): Omit<ProcessSpec, 'name'>
  ready(layout: Layout): Promise<boolean>
}

/** `--name=value` for each entry. */
export const flags = (values: Record<string, string | number | boolean>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`)

export const loopback = (port: number): string => `127.0.0.1:${port}`

/** Whether a GET is answered with 200 within two seconds. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
  await response.arrayBuffer()
  return response.status === 200
}
