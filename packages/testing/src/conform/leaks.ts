/** The forms in which a secret could be carried along. */
function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret)
  return [secret, encodeURIComponent(secret), btoa(String.fromCharCode(...bytes))]
}

/** Reads a member without trusting it: a getter may throw. */
function read(holder: object, key: string | symbol): unknown {
  try {
    return (holder as Record<string | symbol, unknown>)[key]
  } catch {
    return undefined
  }
}

/** Bounds the walk: an error that drags a whole client along is large, and found out long before this. */
const mostObjects = 20_000

/**
 * Where in `root` one of `secrets` can be read: its message, stack, causes and every own property at any depth, hidden
 * ones included. Undefined when nowhere.
 */
export function leakIn(root: unknown, secrets: readonly string[]): string | undefined {
  const forms = secrets.filter(secret => secret !== '').flatMap(formsOf)
  const leaks = (text: string) => forms.some(form => text.includes(form))
  const seen = new Set<object>()
  const queue: { path: string; value: unknown }[] = [{ path: 'error', value: root }]
  for (let next = queue.shift(); next !== undefined && seen.size < mostObjects; next = queue.shift()) {
    const { path, value } = next
    if (typeof value === 'string' && leaks(value)) return path
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Uint8Array && leaks(new TextDecoder().decode(value))) return path
    if (ArrayBuffer.isView(value)) continue
    if (value instanceof Map || value instanceof Set) queue.push({ path: `${path}.entries`, value: [...value] })
    for (const key of Reflect.ownKeys(value)) {
      if (leaks(String(key))) return `a key of ${path}`
      queue.push({ path: `${path}.${String(key)}`, value: read(value, key) })
    }
  }
  return undefined
}
