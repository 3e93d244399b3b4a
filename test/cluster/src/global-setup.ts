import type { TestProject } from 'vitest/node'
import { Environment } from './env/environment.js'
import { ToolsUnavailable } from './tools/unavailable.js'

/** One environment for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
