import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeLeases, instant, type Journey } from '../../test/fake-leases.js'
import { NodeClock } from '../../test/node-clock.js'
import { SimulatedClock, settle } from '../../test/simulated-clock.js'
import { LeaseElection } from './lease-election.js'

/** Several machines, whose clocks differ in origin and speed, behind a network that delays and loses at will. */
class Cluster {
  readonly time = new SimulatedClock()
  readonly #leases = new FakeLeases(this.time)
  readonly #nodes: { election: LeaseElection; clock: NodeClock; abort: AbortController; running: Promise<void> }[] = []
  #born = 0
  mostLeaders = 0
  readonly #holders = new Map<number, Set<string>>()

  constructor(journeys: readonly Journey[], speeds: readonly number[]) {
    let sent = 0
    this.#leases.journey = () => journeys[sent++ % journeys.length] ?? instant
    for (const speed of speeds) this.#nodes.push(this.#join(speed))
  }

  get leaders(): number {
    return this.#nodes.filter(({ election }) => election.isLeader()).length
  }

  /** Terms that had more than one holder. */
  get sharedTransitions(): number {
    return [...this.#holders.values()].filter(({ size }) => size > 1).length
  }

  async pass(ms: number): Promise<void> {
    await this.time.advance(ms, () => {
      this.mostLeaders = Math.max(this.mostLeaders, this.leaders)
    })
  }

  stall(node: number, ms: number): void {
    this.#nodes[node % this.#nodes.length]?.clock.stall(ms)
  }

  /** One stops gracefully, and another begins in its place. */
  async restart(node: number): Promise<void> {
    const place = node % this.#nodes.length
    this.#nodes[place]?.abort.abort()
    await settle()
    this.#nodes[place] = this.#join(1)
  }

  calm(): void {
    this.#leases.journey = () => instant
  }

  async stop(): Promise<void> {
    for (const { abort } of this.#nodes) abort.abort()
    await this.time.advance(30_000)
    await Promise.all(this.#nodes.map(({ running }) => running))
  }

  #join(speed: number) {
    const id = this.#born++
    const clock = new NodeClock(this.time, id * 1_000_000, speed)
    const abort = new AbortController()
    const election = new LeaseElection({
      client: this.#leases.connect(`${id}`, clock),
      namespace: 'birds',
      name: 'leader',
      identity: `node ${id}`,
      clock,
      wallClock: () => Date.UTC(2026, id) + clock.now(),
      random: () => 0.5,
      onStarted: ({ identity, transitions }) => {
        const holders = this.#holders.get(transitions) ?? new Set()
        this.#holders.set(transitions, holders.add(identity))
      },
    })
    return { election, clock, abort, running: election.run(abort.signal) }
  }
}

const travel = fc.oneof(
  { weight: 6, arbitrary: fc.nat(100) },
  { weight: 3, arbitrary: fc.nat(20_000) },
  { weight: 1, arbitrary: fc.constant('lost' as const) },
)
const journeys = fc.array(fc.record<Journey>({ there: travel, back: travel }), { minLength: 1, maxLength: 30 })
const speeds = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 2, maxLength: 4 })
const node = fc.nat(3)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.nat(20_000).map(ms => (cluster: Cluster) => cluster.pass(ms)) },
  {
    weight: 2,
    arbitrary: fc.tuple(node, fc.nat(30_000)).map(
      ([who, ms]) =>
        (c: Cluster) =>
          c.stall(who, ms),
    ),
  },
  { weight: 1, arbitrary: node.map(who => (cluster: Cluster) => cluster.restart(who)) },
)

test('never do two lead at the same time, and in calm times one does', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(journeys, speeds, fc.array(step, { maxLength: 20 }), async (network, clocks, steps) => {
      const cluster = new Cluster(network, clocks)

      for (const take of steps) await take(cluster)
      cluster.calm()
      await cluster.pass(120_000)
      const leadersInTheEnd = cluster.leaders
      await cluster.stop()

      expect(cluster.mostLeaders).toBeLessThanOrEqual(1)
      expect(leadersInTheEnd).toBe(1)
      expect(cluster.sharedTransitions).toBe(0)
    }),
    { numRuns: 150 },
  )
})
