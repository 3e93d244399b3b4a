import { later } from './times.js'

const texts: string[] = ['']
const ids = new Map<string, number>([['', 0]])
const tickedIds = new Map<number, Map<number, number>>()

/** A small number that stands for a text, always the same; 0 stands for the empty one. */
export function intern(text: string): number {
  const known = ids.get(text)
  if (known !== undefined) return known
  ids.set(text, texts.length)
  return texts.push(text) - 1
}

export const textOf = (id: number): string => texts[id] ?? ''

/** The number of the same text `ms` later. */
export function ticked(id: number, ms: number): number {
  if (ms === 0 || id === 0) return id
  const known = tickedIds.get(ms) ?? new Map<number, number>()
  tickedIds.set(ms, known)
  let next = known.get(id)
  if (next === undefined) {
    next = intern(later(ms, textOf(id)))
    known.set(id, next)
  }
  return next
}

/** Remembers what a function makes of a number. */
export function remembered<T>(make: (id: number) => T): (id: number) => T {
  const results: T[] = []
  return id => {
    results[id] ??= make(id)
    return results[id] as T
  }
}
