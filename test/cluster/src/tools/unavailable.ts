import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** This machine cannot provide the environment's programs. The message is one line, for a person. */
export class ToolsUnavailable extends Error {
  override name = 'ToolsUnavailable'
}

/** Programs of util-linux and OpenSSL that are needed even when every tool is already in the cache. */
const needed = ['openssl', 'flock', 'setpriv']

/** @throws ToolsUnavailable where the environment cannot run at all. */
export function assertSupported(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ToolsUnavailable(`needs linux/x64, this is ${process.platform}/${process.arch}`)
  }
  const absent = needed.filter(name => !onPath(name))
  if (absent.length > 0) throw new ToolsUnavailable(`needs ${absent.join(', ')} on the PATH`)
}

function onPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(directory => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
