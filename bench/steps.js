import { definePolicy, Runner, SimulatedClock } from '@birdwatch/core'
import { memoryNotifier, memoryRouter, memoryStore, scriptedMetrics } from '@birdwatch/testing'
import { rounded } from './time.js'

export const title = 'What whole rollouts cost, per weight step (the floor is 1 save, 1 write, 0 reads)'

const rollouts = 200
const policy = definePolicy({ metric: 'errors', deviation: 1, increment: 5, interval: 10, ifUnhealthy: 'rollback' })
const pods = { available: 2, desired: 2 }
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Counts the calls of each method, and tells live reads from those that a cache answers. */
function counted(port, counts) {
  return new Proxy(port, {
    get(from, name) {
      const member = Reflect.get(from, name)
      if (typeof member !== 'function') return member
      return (...args) => {
        const key = name === 'observe' ? (args[1].live ? 'live reads' : 'cached reads') : name
        counts[key] = (counts[key] ?? 0) + 1
        return member.apply(from, args)
      }
    },
  })
}

async function rollOut(index, clock, counts) {
  const ports = {
    metrics: () => scriptedMetrics({ errors: 0 }, { clock }),
    router: counted(memoryRouter({ versions: { production: 'v1', canary: 'v1' } }), counts),
    notifier: counted(memoryNotifier(), counts),
    store: counted(memoryStore(), counts),
    readiness: { read: () => ({ canary: pods, production: pods }) },
    clock,
    logger: silent,
  }
  let nudge = new AbortController()
  const runner = new Runner({ key: `bench-${index}`, ports, wake: () => nudge.abort() })
  const target = { name: 'bench', service: 'bench', canaryVersion: 'v2', ref: index }
  while (runner.state?.phase !== 'Promoted') {
    nudge = new AbortController()
    counts.passes = (counts.passes ?? 0) + 1
    const { wakeAt } = await runner.pass({ policy, target })
    await clock.sleep((wakeAt ?? Number.MAX_SAFE_INTEGER) - clock.now(), nudge.signal).catch(() => {})
  }
  runner.stop()
}

export async function measure() {
  const clock = new SimulatedClock()
  const counts = {}
  const all = Promise.all(Array.from({ length: rollouts }, (_, index) => rollOut(index, clock, counts)))
  let running = true
  const done = all.finally(() => {
    running = false
  })
  const start = performance.now()
  while (running) await clock.advance(1000)
  await done
  const steps = rollouts * (100 / policy.increment)
  const rows = Object.entries(counts).map(([call, n]) => ({ call, 'per step': rounded(n / steps) }))
  const ms = performance.now() - start
  return [...rows, { call: 'milliseconds of this process', 'per step': rounded(ms / steps, 3) }]
}
