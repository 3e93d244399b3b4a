import type { ProvidedContext } from 'vitest'
import { Environment } from './env/environment.js'
import { ToolsUnavailable } from './tools/unavailable.js'

/** What Vitest hands to a global set-up, as far as it is used. */
interface Project {
  provide<K extends keyof ProvidedContext>(key: K, value: ProvidedContext[K]): void
}

/** One environment for the whole run. Where there can be none, tests skip; in CI the run fails. */
export default async function setup(project: Project): Promise<() => Promise<void>> {
  const log = (line: string) => console.log(`[cluster] ${line}`)
  try {
    const environment = await Environment.up({ log })
    project.provide('environment', environment.layout.directory)
    project.provide('unavailable', '')
    return () => environment.close()
  } catch (error) {
    if (!(error instanceof ToolsUnavailable) || process.env.CI === 'true') throw error
    log(`tests are skipped: ${error.message}`)
    project.provide('environment', '')
    project.provide('unavailable', error.message)
    return async () => {}
  }
}
