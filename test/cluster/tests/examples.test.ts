import { readdir } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { repositoryFile, test } from './support/product.js'

describe('The examples', () => {
  test('are taken by a real API server as they are', async ({ environment, namespace, product: _ }) => {
    const examples = (await readdir(repositoryFile('examples'))).filter(name => name.endsWith('.yaml'))
    const files = examples.flatMap(name => ['-f', repositoryFile(`examples/${name}`)])

    const applied = await environment.kubectl([
      'apply',
      '-n',
      namespace,
      '--dry-run=server',
      '--validate=strict',
      ...files,
    ])

    const resources = applied.trim().split('\n')
    expect(resources.filter(line => line.startsWith('birdwatch.otomato.link/aleph'))).toHaveLength(examples.length - 1)
    expect(resources.filter(line => !line.endsWith('(server dry run)'))).toEqual([])
  })
})
