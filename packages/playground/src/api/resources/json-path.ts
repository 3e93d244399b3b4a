import { isObject } from '../../json.js'

const step = /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]|\[\?\(@\.([\w-]+)\s*==\s*["']([^"']*)["']\)\]/y

/**
 * Reads one value by the part of JSONPath that printer columns use: fields, indexes and `[?(@.type=="Ready")]`.
 * Throws when compiled with anything else.
 */
export function jsonPath(path: string): (value: unknown) => unknown {
  const steps: ((value: unknown) => unknown)[] = []
  let at = 0
  while (at < path.length) {
    step.lastIndex = at
    const match = step.exec(path)
    if (!match) throw new Error(`The embedded API does not know the JSONPath ${path}.`)
    steps.push(stepOf(match))
    at = step.lastIndex
  }
  return value => steps.reduce((current, next) => next(current), value)
}

function stepOf([, name, quoted, index, key, wanted]: RegExpExecArray): (value: unknown) => unknown {
  const field = name ?? quoted
  if (field !== undefined) return value => (isObject(value) ? value[field] : undefined)
  if (index !== undefined) return value => (Array.isArray(value) ? value[Number(index)] : undefined)
  return value => (Array.isArray(value) ? value.find(item => isObject(item) && item[key ?? ''] === wanted) : undefined)
}
