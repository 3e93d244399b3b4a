import { describe, expect, it } from 'vitest'
import { configurationSchema } from '../config/schema.js'
import { jsonSchema, keysOf } from './keys.js'

describe("The chart's values", () => {
  it('hold every key of the configuration, by the same name', () => {
    const keys = new Set(keysOf(jsonSchema()).map(({ path }) => path.split('.')[1]))
    for (const key of Object.keys(configurationSchema.shape)) expect(keys).toContain(key)
  })

  it('are all explained', () => {
    for (const { path, schema } of keysOf(jsonSchema())) expect(schema.description, path).toBeTruthy()
  })
})
