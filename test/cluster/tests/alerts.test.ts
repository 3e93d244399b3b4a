import { describe, expect } from 'vitest'
import { dataFile } from '../src/paths.js'
import { run } from '../src/run.js'
import { repositoryFile, test } from './support/product.js'

describe('The alerts that are shipped', () => {
  test('are rules that Prometheus takes', async ({ environment }) => {
    const { promtool } = environment.layout.tools
    const { stdout } = await run(promtool, ['check', 'rules', repositoryFile('helm/files/rules.yaml')])
    expect(stdout).toContain('SUCCESS')
  })

  test('are silent while all is well, and fire when they should', async ({ environment }) => {
    const { promtool } = environment.layout.tools
    const { stdout } = await run(promtool, ['test', 'rules', dataFile('rules/alerts.test.yaml')])
    expect(stdout).toContain('SUCCESS')
  })
})
