import { expect, onTestFinished, test } from 'vitest'
import { createClient, type KubeObject, LeaseElection } from '../src/index.js'
import { caught } from './caught.js'
import { FakeApi } from './fake-api.js'
import { FakeLeases } from './fake-leases.js'
import { NodeClock } from './node-clock.js'
import { SimulatedClock } from './simulated-clock.js'

/** Two controllers which write the same object while they lead, each guarding its write by the version it read. */
async function setUp() {
  const api = await FakeApi.start()
  api.put('finch', { weight: 10 })
  const path = `${api.path}/finch`
  const time = new SimulatedClock()
  const leases = new FakeLeases(time)

  const controller = (identity: string) => {
    const clock = new NodeClock(time, 0, 1)
    const client = createClient({ server: api.server.url })
    const election = new LeaseElection({
      client: leases.connect(identity, clock),
      namespace: 'birds',
      name: 'leader',
      identity,
      clock,
    })
    const abort = new AbortController()
    const running = election.run(abort.signal)
    onTestFinished(async () => {
      abort.abort()
      await time.advance(30_000)
      await running
    })
    const read = () => client.get<KubeObject & { spec: { weight: number } }>(path)
    const write = (object: KubeObject, weight: number) =>
      client.replace<KubeObject>(path, { ...object, spec: { weight } })
    return { clock, election, read, write }
  }
  return { api, time, controller }
}

test('a write of an ex-leader that stood still between asking and writing is refused', async () => {
  const { api, time, controller } = await setUp()
  const old = controller('old')
  await time.advance(0)
  const next = controller('next')
  await time.advance(2_000)

  // The old leader reads, asks whether it leads, and stands still just before it writes.
  const read = await old.read()
  const mayWrite = old.election.isLeader()
  old.clock.stall(60_000)
  await time.advance(30_000)
  await next.write(await next.read(), 0)
  const error = await caught(old.write(read, 20))

  expect(mayWrite).toBe(true)
  expect([old.election.isLeader(), next.election.isLeader()]).toEqual([false, true])
  expect(error).toMatchObject({ code: 'KUBE_CONFLICT', tookEffect: false })
  expect(api.objects[0]).toMatchObject({ spec: { weight: 0 } })
})

test('what the ex-leader wrote before the new one read is seen, not lost', async () => {
  const { api, time, controller } = await setUp()
  const old = controller('old')
  await time.advance(0)
  const next = controller('next')
  await time.advance(2_000)
  const read = await old.read()
  old.clock.stall(60_000)
  await time.advance(30_000)

  await old.write(read, 20)
  const seen = await next.read()

  expect(seen.spec.weight).toBe(20)
  expect(await next.write(seen, 0)).toMatchObject({ spec: { weight: 0 } })
  expect(api.objects).toHaveLength(1)
})
