import { describe, expect, it, vi } from 'vitest'
import type { ApiServer } from '../test/support/api-server.js'
import { addBirdWatch, birdwatches, filledCaches, startCluster } from '../test/support/cluster.js'
import { Commands } from './commands.js'

const key = 'shop/aleph'
const command = 'otomato.link/command'

async function commandsOf(api: ApiServer) {
  addBirdWatch(api)
  const { birdWatches } = await filledCaches(api)
  return { commands: new Commands(birdWatches), birdWatches }
}

function annotate(api: ApiServer, annotations: Record<string, string> | undefined, manager = 'kubectl-annotate') {
  api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.metadata, { annotations }), manager)
}
const annotations = (api: ApiServer) => api.get(birdwatches, 'shop', 'aleph')?.metadata.annotations

describe('A command', () => {
  it('is the annotation, with the tool that wrote it and the claim beside it', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'promote', 'otomato.link/requested-by': 'ann' })
    await vi.waitFor(() =>
      expect(commands.of(key)).toMatchObject({ name: 'promote', by: 'kubectl-annotate', claims: 'ann' }),
    )
  })

  it('keeps its id while it stays, also in another process', async () => {
    const api = await startCluster()
    const { commands, birdWatches } = await commandsOf(api)
    annotate(api, { [command]: 'promote' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    const id = commands.of(key)?.id
    expect(new Commands(birdWatches).of(key)?.id).toBe(id)
  })

  it('keeps its id when the tool that wrote it touches something else', async () => {
    const api = await startCluster()
    const { commands, birdWatches } = await commandsOf(api)
    annotate(api, { [command]: 'promote' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    const id = commands.of(key)?.id
    annotate(api, { [command]: 'promote', other: 'x' })
    const { resourceVersion } = api.get(birdwatches, 'shop', 'aleph')?.metadata ?? {}
    await vi.waitFor(() => expect(birdWatches.getByKey(key)?.metadata.resourceVersion).toBe(resourceVersion))
    expect(commands.of(key)?.id).toBe(id)
  })

  it('that is given once more, even within the same second, is another one', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'retry' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    const first = commands.of(key)?.id ?? ''
    await commands.acknowledge(key, first)
    expect(commands.of(key)).toBeUndefined()
    annotate(api, { [command]: 'retry' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    expect(commands.of(key)?.id).not.toBe(first)
  })

  it('of any length is cut', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'x'.repeat(10_000) })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    expect(JSON.stringify(commands.of(key)).length).toBeLessThan(1000)
  })
})

describe('An acknowledged command', () => {
  it('is taken away together with the claim, and nothing else is', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'abort', 'otomato.link/requested-by': 'ann', other: 'x' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    await commands.acknowledge(key, commands.of(key)?.id ?? '')
    expect(annotations(api)).toEqual({ other: 'x' })
    expect(api.writes).toEqual(['PATCH birdwatches'])
  })

  it('is taken away although the resource has changed meanwhile', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'abort' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    const id = commands.of(key)?.id ?? ''
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.metadata, { labels: { team: 'a' } }))
    await commands.acknowledge(key, id)
    expect(annotations(api)).toEqual({})
  })

  it('leaves another one in place that was written over it', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'pause' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    const id = commands.of(key)?.id ?? ''
    annotate(api, { [command]: 'abort' })
    await commands.acknowledge(key, id)
    expect(annotations(api)).toEqual({ [command]: 'abort' })
  })

  it('of a resource that is gone is done with', async () => {
    const api = await startCluster()
    const { commands } = await commandsOf(api)
    annotate(api, { [command]: 'pause' })
    await vi.waitFor(() => expect(commands.of(key)).toBeDefined())
    const id = commands.of(key)?.id ?? ''
    api.remove(birdwatches, 'shop', 'aleph')
    await expect(commands.acknowledge(key, id)).resolves.toBeUndefined()
  })
})
