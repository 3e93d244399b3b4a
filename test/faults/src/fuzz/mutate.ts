import type { Chance } from '../chance.js'

type Json = unknown

const deep = Array.from({ length: 40 }).reduce<Json>(inner => ({ a: inner }), 1)
/** What people and programs write where something else is expected. */
const odd: readonly Json[] = [
  0,
  -1,
  1,
  0.5,
  101,
  1e9,
  2 ** 31,
  1e308,
  '',
  ' ',
  '0',
  'true',
  'canary',
  'production',
  'v2',
  '__proto__',
  'constructor',
  '\u0000',
  '\u202e💥é\ud83d\ude80',
  'x'.repeat(5000),
  '../../etc/passwd',
  true,
  false,
  null,
  [],
  {},
  [[]],
  [null],
  { '': '' },
  deep,
]

interface Place {
  readonly holder: Record<string, Json> | Json[]
  readonly key: string | number
}

function placesIn(value: Json, found: Place[] = []): Place[] {
  if (value === null || typeof value !== 'object') return found
  for (const key of Object.keys(value)) {
    const place = Array.isArray(value)
      ? { holder: value, key: Number(key) }
      : { holder: value as Record<string, Json>, key }
    found.push(place)
    placesIn((value as Record<string, Json>)[key], found)
  }
  return found
}

/** A copy in which a few things are left out, doubled, exchanged, or replaced by what does not belong there. */
export function mutated<T>(value: T, chance: Chance): T {
  const copy = structuredClone(value)
  for (let changes = chance.int(1, 4); changes > 0; changes--) {
    const places = placesIn(copy)
    if (places.length === 0) break
    change(chance.pick(places), chance.pick(places), chance)
  }
  return copy
}

function change({ holder, key }: Place, other: Place, chance: Chance): void {
  const at = holder as Record<string | number, Json>
  switch (chance.int(0, 4)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete at[key]
      break
    case 1:
      if (Array.isArray(holder)) holder.push(structuredClone(at[key]))
      else at[chance.pick(['extra', 'subset', 'weight', 'name'])] = structuredClone(at[key])
      break
    case 2:
      at[key] = structuredClone((other.holder as Record<string | number, Json>)[other.key])
      break
    default:
      at[key] = structuredClone(chance.pick(odd))
  }
}
