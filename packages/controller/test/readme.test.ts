import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { configurationSchema } from '../src/config/schema.js'
import { Telemetry } from '../src/http/telemetry.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
}
const schema = z.toJSONSchema(configurationSchema, { io: 'input' }) as Schema
const keys = Object.entries(schema.properties ?? {}).flatMap(([key, { properties }]) =>
  properties === undefined ? [key] : Object.keys(properties).map(inner => `${key}.${inner}`),
)

it.each(keys)('The README explains the configuration key %s', key => {
  expect(readme).toContain(`\`${key}\``)
})

it('The README names every metric', async () => {
  const telemetry = new Telemetry('1.2.3')
  const queue = () => ({ depth: 0, running: 0, delayed: 0 })
  telemetry.watch({ states: () => [], leading: () => true, queue, now: () => 0 })
  const names = (await telemetry.registry.getMetricsAsJSON()).map(({ name }) => name)
  const missing = names.filter(
    name => name.startsWith('birdwatch_') && !readme.includes(name.replace('birdwatch_', '')),
  )
  expect(missing).toEqual([])
})
