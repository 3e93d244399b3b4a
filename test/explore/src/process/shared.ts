import type { Stored } from '../api/objects.js'
import { textOf } from '../intern.js'
import { absoluteAt } from '../times.js'

const mostKept = 20_000
const objects = new Map<string, Stored>()

/** A stored object (0: none) as a process reads it whose clock shows `now`: the same for all, so that none can change it. */
export function objectAt(now: number, id: number): Stored | undefined {
  if (id === 0) return undefined
  const key = `${id} ${now}`
  let object = objects.get(key)
  if (object === undefined) {
    object = frozen(JSON.parse(absoluteAt(now, textOf(id))) as Stored)
    if (objects.size >= mostKept) objects.clear()
    objects.set(key, object)
  }
  return object
}

/** Remembers what a function makes of an object that does not change; what it makes can not be changed either. */
export function onceEach<From extends object, To extends object>(make: (from: From) => To): (from: From) => To {
  const made = new WeakMap<From, To>()
  return from => {
    let to = made.get(from)
    if (to === undefined) {
      to = frozen(make(from))
      made.set(from, to)
    }
    return to
  }
}

/** The same value, which from now on nobody can change. */
export function frozen<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part)
  return Object.freeze(value)
}
