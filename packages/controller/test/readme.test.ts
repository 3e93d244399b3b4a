import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { configurationSchema } from '../src/config/schema.js'

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
