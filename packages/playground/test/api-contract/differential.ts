import { afterAll, expect, test } from 'vitest'
import { ApiMachine } from '../../src/api/machine.js'
import { serveApi } from '../../src/api/server.js'
import { seeded } from '../support/send.js'
import { kite, kiteCrd, Space } from './fixtures.js'
import { type Answer, Api, type Peer } from './peer.js'

const operations = 600

/** One request, the same for both servers. */
type Step = (api: Api, space: Space) => Promise<Answer>

/**
 * Writes by chance, by several managers, to the playground's API and to another one: every answer must be the same,
 * down to who owns which field. Left out is what the two are known to do otherwise: applies, and null in a map.
 */
export function apiDifferential(name: string, start: () => Promise<Peer>): void {
  const endings: (() => unknown)[] = []
  afterAll(() => Promise.all(endings.map(end => end())))

  test(`answers ${operations} writes made by chance as ${name} does`, async () => {
    const peer = await start()
    await peer.install(kiteCrd)
    const server = await serveApi(new ApiMachine({ crds: [kiteCrd] }))
    const [mine, other] = [new Api({ url: server.url, install: async () => {} }), new Api(peer)]
    endings.push(
      () => server.close(),
      () => mine.close(),
      () => other.close(),
    )
    const [mySpace, otherSpace] = [await Space.create(mine), await Space.create(other)]
    const next = stepsFrom(seeded(5))
    for (let i = 0; i < operations; i++) {
      const [description, step] = next()
      const expected = comparable(await step(other, otherSpace))
      expect(comparable(await step(mine, mySpace)), `${i}: ${description}`).toEqual(expected)
    }
  }, 120_000)
}

/** Makes one step after the other, from chances. */
function stepsFrom(random: () => number): () => [string, Step] {
  const pick = <T>(options: readonly T[]): T => options[Math.floor(random() * options.length)] as T
  const some = (fields: Record<string, readonly unknown[]>) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, values]) => (random() < 0.3 ? [[name, pick(values)]] : [])),
    )
  return () => {
    const name = pick(['a', 'b'])
    const by = pick(['jo', 'al', 'bo'])
    const kind = pick(['create', 'merge', 'merge', 'merge', 'status', 'status', 'json', 'delete'] as const)
    const body = {
      create: () => kite(name, { color: pick(['red', 'blue']), ...some(newSpec) }, some(newMetadata)),
      merge: () => ({ metadata: some(changedMetadata), spec: some(changedSpec) }),
      status: () => ({ status: some(changedStatus) }),
      json: () => [pick(jsonOperations)],
      delete: () => undefined,
    }[kind]()
    const steps: Record<typeof kind, Step> = {
      create: (api, space) => api.post(space.kites(), body, by),
      merge: (api, space) => api.patch(space.kites(name), 'merge', body, by),
      status: (api, space) => api.patch(space.kites(`${name}/status`), 'merge', body, by),
      json: (api, space) => api.patch(space.kites(name), 'json', body, by),
      delete: (api, space) => api.delete(space.kites(name)),
    }
    return [`${kind} ${name} by ${by} ${JSON.stringify(body)}`, steps[kind]]
  }
}

const newSpec = {
  size: [1, 2, 7, 11],
  drag: [0, 0.5],
  maker: ['jo', 'al'],
  tags: [['a'], ['a', 'b'], []],
  notes: [{ k: 'v' }, { l: 'w' }, {}],
  tail: [{}, { length: 2 }],
  lines: [[{ name: 'one' }], [{ name: 'one', length: 1 }, { name: 'two' }], []],
}

const changedSpec = {
  ...Object.fromEntries(Object.entries(newSpec).map(([name, values]) => [name, [...values, null]])),
  color: ['red', 'blue', null],
}

const newMetadata = {
  labels: [{ a: 'b' }, { c: 'd' }],
  annotations: [{ 'x/y': 'z' }],
  finalizers: [['f/a'], ['f/a', 'g/b'], []],
}

const changedMetadata = {
  labels: [{ a: 'b' }, { a: null }, { c: 'd' }, null],
  annotations: [{ 'x/y': 'z' }, { 'x/y': null }],
  finalizers: [...newMetadata.finalizers, null],
}

const changedStatus = {
  height: [1, 2, null],
  conditions: [[{ name: 'up', met: true }], [{ name: 'up', met: false }, { name: 'x' }], [], null],
  engine: [{ a: 1 }, { a: { b: 1 } }, { a: { b: 2 } }, { l: [1, 2] }, {}, null],
}

const jsonOperations = [
  { op: 'remove', path: '/spec/tags' },
  { op: 'replace', path: '/spec/color', value: 'red' },
  { op: 'add', path: '/spec/notes', value: { z: 'y' } },
  { op: 'remove', path: '/metadata/labels' },
  { op: 'add', path: '/spec/lines/-', value: { name: 'three' } },
  { op: 'test', path: '/spec/size', value: 3 },
]

/** Without what must differ: uids, versions, times, and the order of what happened within one second. */
function comparable({ status, body }: Answer): unknown {
  if (body.kind === 'Status') {
    const causes: string[] =
      body.details?.causes?.map(({ field, reason }: Record<string, string>) => `${field} ${reason}`) ?? []
    return {
      status,
      reason: body.reason,
      causes: [...new Set(causes)].filter(cause => !cause.startsWith('<nil>')).sort(),
    }
  }
  const { generation, labels, annotations, finalizers, deletionTimestamp, managedFields = [] } = body.metadata
  const owners = (managedFields as Record<string, unknown>[]).map(({ time: _, ...entry }) => entry)
  const byName = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b))
  const metadata = { generation, labels, annotations, finalizers, isDeleting: deletionTimestamp !== undefined }
  return { status, metadata, owners: owners.map(sorted).sort(byName), spec: body.spec, state: body.status }
}

function sorted(value: object): object {
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    entries.map(([name, member]) => [name, typeof member === 'object' ? sorted(member) : member]),
  )
}
