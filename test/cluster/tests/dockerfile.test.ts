import { expect } from 'vitest'
import { run } from '../src/run.js'
import { repositoryFile, test } from './support/product.js'

test('hadolint finds nothing to say about the Dockerfile', async ({ environment }) => {
  const dockerfile = repositoryFile('packages/controller/image/Dockerfile')
  const { stdout } = await run(environment.layout.tools.hadolint, ['--failure-threshold', 'style', dockerfile])
  expect(stdout).toBe('')
})
