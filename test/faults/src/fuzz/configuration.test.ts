import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfiguration } from '@birdwatch/controller'
import { afterAll, expect, test } from 'vitest'
import { Chance } from '../chance.js'
import { mutated } from './mutate.js'

const directory = mkdtempSync(join(tmpdir(), 'birdwatch-fuzz-'))
const file = join(directory, 'config.yaml')
afterAll(() => rmSync(directory, { recursive: true }))

const whole = {
  clusterDomain: 'cluster.local',
  namespaces: ['shop'],
  providers: [
    { name: 'prometheus', type: 'prometheus', options: { url: 'http://p:9090', bearerToken: { env: 'TOKEN' } } },
  ],
  notifiers: [
    {
      name: 'slack',
      type: 'slack',
      options: { channel: '#x' },
      namespaces: ['shop'],
      timeoutSeconds: 5,
      concurrency: 2,
    },
  ],
  leaderElection: { enabled: true, name: 'birdwatch', leaseSeconds: 15 },
  mesh: { periodSeconds: 1 },
  http: { host: '0.0.0.0', port: 8080 },
  log: { level: 'info' },
}

test('a configuration file is used, or refused with the place of the mistake in one line', () => {
  const chance = new Chance(1)
  const wrong: string[] = []
  let refused = 0
  for (let i = 0; i < 1500; i++) {
    const text = JSON.stringify(mutated(whole, chance))
    const cut = chance.maybe(0.1) ? text.slice(0, chance.int(0, text.length)) : text
    writeFileSync(file, cut)
    try {
      loadConfiguration(file, { SLACK_API_TOKEN: 'xoxb-test' })
    } catch (error) {
      const { code, message } = error as Error & { code?: string }
      refused++
      if (code !== 'CONFIGURATION_INVALID' || message.includes('\n')) wrong.push(`${cut}\n-> ${String(error)}`)
    }
  }
  expect(refused).toBeGreaterThan(300)
  expect(wrong).toEqual([])
})
