import { z } from 'zod'
import { valuesSchema } from './values.js'

export interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: unknown
}

/** The values as a JSON schema of a draft that Helm 3 and 4 both read. */
export const jsonSchema = (): Schema => z.toJSONSchema(valuesSchema, { target: 'draft-7', io: 'input' }) as Schema

/** One value that can be set. */
export interface Key {
  /** E.g. `config.http.port`; `[]` stands for each item of a list. */
  readonly path: string
  readonly schema: Schema
}

/** Every value, a map with known keys by its keys. */
export const keysOf = ({ properties = {} }: Schema, at = ''): Key[] =>
  Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${at}${name}`
    if (schema.properties !== undefined) return keysOf(schema, `${path}.`)
    const items = schema.items?.properties === undefined ? [] : keysOf(schema.items, `${path}[].`)
    return [{ path, schema }, ...items]
  })
