/** Everything `source` yields, in `into`; what came before a failure stays there. */
export async function collect<T>(source: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of source) into.push(item)
  return into
}
