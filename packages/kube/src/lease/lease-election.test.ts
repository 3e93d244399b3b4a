import { getEventListeners } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { FakeLeases, instant, type Journey } from '../../test/fake-leases.js'
import { SimulatedClock, settle } from '../../test/simulated-clock.js'
import { LeaseElection, type LeaseElectionOptions } from './lease-election.js'

const lost: Journey = { there: 'lost', back: 0 }
const unanswered: Journey = { there: 0, back: 'lost' }

function setUp() {
  const clock = new SimulatedClock()
  const leases = new FakeLeases(clock)
  const events: string[] = []

  /** Begins to take part as `identity`. */
  const join = async (identity: string, options: Partial<LeaseElectionOptions> = {}) => {
    const election = new LeaseElection({
      client: leases.connect(identity, clock),
      namespace: 'birds',
      name: 'leader',
      identity,
      clock,
      wallClock: () => Date.UTC(2026, 0) + clock.now(),
      random: () => 0,
      onStarted: fence => events.push(`${fence.identity} started ${fence.transitions}`),
      onStopped: fence => events.push(`${fence.identity} stopped ${fence.transitions}`),
      onError: error => events.push(`${identity} failed ${(error as { code: string }).code}`),
      ...options,
    })
    const abort = new AbortController()
    const running = election.run(abort.signal)
    const leave = async () => {
      abort.abort()
      await clock.advance(30_000)
      await running
    }
    onTestFinished(leave)
    await clock.advance(0)
    return { election, abort, running, leave }
  }
  return { clock, leases, events, join }
}

test('the first to come creates the Lease and leads', async () => {
  const { leases, events, join } = setUp()

  const { election } = await join('a')

  expect(election.isLeader()).toBe(true)
  expect(election.fence).toEqual({ identity: 'a', transitions: 0 })
  expect(events).toEqual(['a started 0'])
  expect(leases.lease).toMatchObject({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'birds', name: 'leader' },
    spec: { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 },
  })
})

test('the holder renews every 2 s with one request, and leads on', async () => {
  const { clock, leases, events, join } = setUp()
  const { election } = await join('a')

  await clock.advance(60_000)

  expect(election.isLeader()).toBe(true)
  expect(leases.seen).toEqual(['get', 'create', ...Array(30).fill('replace')])
  expect(events).toEqual(['a started 0'])
})

test('while somebody holds the Lease, others only read it', async () => {
  const { clock, leases, join } = setUp()
  await join('a')
  const { election } = await join('b')
  leases.seen.length = 0

  await clock.advance(4_000)

  expect(election.isLeader()).toBe(false)
  expect(election.fence).toBeUndefined()
  expect(leases.seen.filter(verb => verb !== 'replace')).toEqual(['get', 'get'])
})

test('a candidate leads once the record has not changed for the lease duration', async () => {
  const { clock, leases, events, join } = setUp()
  await join('a')
  const { election } = await join('b')
  leases.journey = who => (who === 'a' ? lost : instant)

  await clock.advance(15_000)
  expect(election.isLeader()).toBe(false)
  await clock.advance(2_000)

  expect(election.fence).toEqual({ identity: 'b', transitions: 1 })
  expect(events.filter(event => !event.includes('failed'))).toEqual(['a started 0', 'a stopped 0', 'b started 1'])
})

test('the times in the record decide nothing: wall clocks may differ by hours', async () => {
  const { clock, join } = setUp()
  await join('a', { wallClock: () => Date.UTC(2000, 0) + clock.now() })

  const { election } = await join('b', { wallClock: () => Date.UTC(2050, 0) + clock.now() })
  await clock.advance(60_000)

  expect(election.isLeader()).toBe(false)
})

test("the duration in the record counts, not the candidate's own", async () => {
  const { clock, leases, join } = setUp()
  leases.edit({ holderIdentity: 'gone', leaseDurationSeconds: 60, renewTime: 'then' })
  const { election } = await join('b')

  await clock.advance(60_000)
  expect(election.isLeader()).toBe(false)
  await clock.advance(2_000)

  expect(election.isLeader()).toBe(true)
})

test('a record without a duration is held for the own one', async () => {
  const { clock, leases, join } = setUp()
  leases.edit({ holderIdentity: 'gone' })
  const { election } = await join('b')

  await clock.advance(14_999)
  expect(election.isLeader()).toBe(false)
  await clock.advance(2_000)

  expect(election.isLeader()).toBe(true)
})

test('a holder whose renewals hang stops 10 s after it sent the last that worked', async () => {
  const { clock, leases, events, join } = setUp()
  const { election } = await join('a')
  leases.journey = () => lost

  await clock.advance(9_999)
  expect(election.isLeader()).toBe(true)
  await clock.advance(1)

  expect(election.isLeader()).toBe(false)
  expect(events.at(-1)).toBe('a stopped 0')
})

test('the 10 s count from the sending, not from the answer', async () => {
  const { clock, leases, join } = setUp()
  const slow = { there: 1_000, back: 2_000 }
  const journeys = [slow, slow]
  leases.journey = () => journeys.shift() ?? lost
  const { election } = await join('a')
  await clock.advance(6_000)

  // The Lease was created by a request sent at 3 s and answered at 6 s.
  expect(election.isLeader()).toBe(true)
  await clock.advance(6_999)
  expect(election.isLeader()).toBe(true)
  await clock.advance(1)

  expect(election.isLeader()).toBe(false)
})

test('an answer that a process reads only after the deadline gives no leadership', async () => {
  const { clock, leases, events, join } = setUp()
  const journeys = [instant, { there: 0, back: 1_000 }]
  leases.journey = () => journeys.shift() ?? lost
  const { election } = await join('a')

  clock.jump(12_000)
  await clock.advance(0)

  expect(leases.lease?.spec?.holderIdentity).toBe('a')
  expect(election.isLeader()).toBe(false)
  expect(events).toEqual([])
})

test('a process that stood still leads no more when it wakes, even before its timers fire', async () => {
  const { clock, join } = setUp()
  const { election } = await join('a')

  clock.jump(10_000)

  expect(election.isLeader()).toBe(false)
  expect(election.fence).toBeUndefined()
})

test('a process that stood still, while nobody took over, begins again in the same term', async () => {
  const { clock, events, join } = setUp()
  const { election } = await join('a')

  clock.jump(12_000)
  await clock.advance(2_000)

  expect(election.isLeader()).toBe(true)
  expect(events).toEqual(['a started 0', 'a stopped 0', 'a started 0'])
})

test('a renewal whose answer is lost costs nothing: it is found to have worked', async () => {
  const { clock, leases, events, join } = setUp()
  const { election } = await join('a')
  const journeys = [unanswered]
  leases.journey = () => journeys.shift() ?? instant

  await clock.advance(20_000)

  expect(election.isLeader()).toBe(true)
  expect(events).toEqual(['a started 0', 'a failed KUBE_TIMEOUT'])
})

test('a claim whose answer is lost is found to have worked', async () => {
  const { clock, leases, join } = setUp()
  const journeys = [instant, unanswered]
  leases.journey = () => journeys.shift() ?? instant
  const { election } = await join('a')
  expect(election.isLeader()).toBe(false)

  await clock.advance(7_000)

  expect(election.fence).toEqual({ identity: 'a', transitions: 0 })
})

test('a server error is reported, and the holder tries again', async () => {
  const { clock, leases, events, join } = setUp()
  const { election } = await join('a')
  leases.refuseNext = 'KUBE_SERVER'

  await clock.advance(20_000)

  expect(election.isLeader()).toBe(true)
  expect(events).toEqual(['a started 0', 'a failed KUBE_SERVER'])
})

test('somebody who edits the Lease makes the holder read it and lead on', async () => {
  const { clock, leases, events, join } = setUp()
  const { election } = await join('a')

  leases.edit({})
  await clock.advance(20_000)

  expect(election.isLeader()).toBe(true)
  expect(events).toEqual(['a started 0'])
})

test('a holder that finds somebody else in the record stops at once', async () => {
  const { clock, leases, events, join } = setUp()
  const { election } = await join('a')

  leases.edit({ holderIdentity: 'usurper', leaseTransitions: 1 })
  await clock.advance(4_000)

  expect(election.isLeader()).toBe(false)
  expect(events).toEqual(['a started 0', 'a stopped 0'])
})

test('a Lease that was deleted is created again, as a new term', async () => {
  const { clock, leases, events, join } = setUp()
  leases.edit({ leaseTransitions: 4 })
  await join('a')

  leases.lease = undefined
  await clock.advance(4_000)

  expect(events).toEqual(['a started 5', 'a failed KUBE_NOT_FOUND', 'a stopped 5', 'a started 0'])
})

test('of two who come at the same time one leads, and losing the race is no failure', async () => {
  const { clock, leases, events, join } = setUp()
  leases.journey = () => ({ there: 10, back: 10 })

  const [a, b] = await Promise.all([join('a'), join('b')])
  await clock.advance(1_000)

  expect([a.election.isLeader(), b.election.isLeader()]).toEqual([true, false])
  expect(events).toEqual(['a started 0'])
})

test('on a graceful stop the holder stops leading, then releases, and the next leads within its retry period', async () => {
  const { clock, leases, events, join } = setUp()
  const { abort, election, running } = await join('a')
  const b = await join('b')

  abort.abort()
  expect(events).not.toContain('a stopped 0')
  await settle()
  expect(election.isLeader()).toBe(false)
  await clock.advance(0)
  await running
  expect(leases.lease?.spec?.holderIdentity).toBeUndefined()
  await clock.advance(2_000)

  expect(b.election.isLeader()).toBe(true)
  expect(events).toEqual(['a started 0', 'a stopped 0', 'b started 1'])
})

test('a stop in the middle of a claim releases what the claim may have taken', async () => {
  const { clock, leases, join } = setUp()
  const journeys = [instant, { there: 10, back: 5_000 }]
  leases.journey = () => journeys.shift() ?? { there: 20, back: 0 }
  const { abort, running } = await join('a')
  await clock.advance(5)

  abort.abort()
  await clock.advance(100)
  await running

  expect(leases.seen).toEqual(['get', 'create', 'get', 'replace'])
  expect(leases.lease?.spec?.holderIdentity).toBeUndefined()
})

test('who never asked for the Lease leaves without a request', async () => {
  const { leases, join } = setUp()
  await join('a')
  const { leave } = await join('b')
  leases.seen.length = 0

  await leave()

  expect(leases.seen).not.toContain('get')
  expect(leases.lease?.spec?.holderIdentity).toBe('a')
})

test('a release that fails is reported, and the stop is a stop', async () => {
  const { clock, leases, events, join } = setUp()
  const { abort, running } = await join('a')
  leases.journey = () => lost

  abort.abort()
  await clock.advance(5_000)
  await running

  expect(events.at(-1)).toBe('a failed KUBE_TIMEOUT')
})

test('who stops after it lost the Lease does not release it', async () => {
  const { clock, leases, join } = setUp()
  const { leave } = await join('a')
  leases.edit({ holderIdentity: 'usurper' })
  await clock.advance(4_000)

  await leave()

  expect(leases.lease?.spec?.holderIdentity).toBe('usurper')
})

test('after a stop no timer and no listener is left', async () => {
  const { clock, join } = setUp()
  const { abort, leave } = await join('a')

  await leave()

  expect(clock.pending).toBe(0)
  expect(getEventListeners(abort.signal, 'abort')).toEqual([])
})

test('candidates ask a little later than the retry period, by chance', async () => {
  const { clock, leases, join } = setUp()
  leases.edit({ holderIdentity: 'other' })
  await join('b', { random: () => 0.5 })

  await clock.advance(2_199)
  expect(leases.seen).toHaveLength(1)
  await clock.advance(1)

  expect(leases.seen).toHaveLength(2)
})

test('two processes have different identities, which begin with the host name', () => {
  const { leases, clock } = setUp()
  const options = { client: leases.connect('x', clock), namespace: 'birds', name: 'leader' }

  expect(new LeaseElection(options).identity).not.toBe(new LeaseElection(options).identity)
})

test.each([
  [{ leaseDurationMs: 10_000 }],
  [{ renewDeadlineMs: 2_400 }],
  [{ retryPeriodMs: 0 }],
  [{ retryPeriodMs: Number.NaN }],
])('durations that could give two leaders or none are refused: %o', durations => {
  const { leases, clock } = setUp()
  const options = { client: leases.connect('x', clock), namespace: 'birds', name: 'leader', ...durations }

  expect(() => new LeaseElection(options)).toThrow(expect.objectContaining({ code: 'KUBE_CONFIG' }))
})
