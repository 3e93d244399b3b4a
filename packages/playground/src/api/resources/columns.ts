import type { KubeObject } from '../object.js'
import { age } from './age.js'
import { jsonPath } from './json-path.js'

/** A column of the tables that `kubectl get` shows. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  /** Above 0 only with `-o wide`. */
  readonly priority: number
  readonly cell: (object: KubeObject, now: number) => unknown
}

/** What a CustomResourceDefinition says of a column. */
export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly jsonPath: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
}

export const column = (name: string, cell: Column['cell'], type = 'string', priority = 0): Column => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority,
  cell,
})

export const nameColumn: Column = column('Name', ({ metadata }) => metadata.name)

export const ageColumn: Column = column('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now))

/** The columns of a custom resource. */
export function printerColumns(columns: readonly PrinterColumn[] = []): readonly Column[] {
  return columns.length === 0 ? [nameColumn, ageColumn] : [nameColumn, ...columns.map(printerColumn)]
}

function printerColumn({ name, type, jsonPath: path, format = '', description, priority = 0 }: PrinterColumn): Column {
  const read = jsonPath(path)
  const cell: Column['cell'] = (object, now) => {
    const value = read(object) ?? null
    if (value === null) return null
    if (type === 'date') return age(value, now)
    return type === 'string' && typeof value !== 'string' ? JSON.stringify(value) : value
  }
  const about = description ?? `Custom resource definition column (in JSONPath format): ${path}`
  return { name, type, format, description: about, priority, cell }
}
