import { serveApi } from '@birdwatch/playground'
import { Cluster } from '../world/cluster.js'

/** An API server with so many rollouts, of which so many are in progress: a check and, at first, a step a minute. */
const [all, active] = process.argv.slice(2).map(Number) as [number, number]
const spec = {
  increment: 10,
  interval: 60,
  if_unhealthy: 'rollback',
  traffic_limit: 20,
  at_limit: 'hold',
  propagation: 1,
} as const

const cluster = new Cluster({
  get now() {
    return Date.now()
  },
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
})
for (let i = 1; i <= all; i++) cluster.addRollout(`s${i}`, { spec, sum: 100, plot: { is: 'healthy' } })
// A canary that is production already is no rollout.
for (let i = active + 1; i <= all; i++) cluster.edit(`s${i}`, { canary_version: 'v1' })

let requests = 0
const api = await serveApi({
  handle(request) {
    requests++
    // Nobody reads Events here, and they would fill the memory of this stand-in.
    const event = request.url.includes('/events')
    return event ? { status: 201, headers: {}, body: {} } : cluster.handle('controller', request)
  },
})
setInterval(() => cluster.machine.compact(), 60_000)
const report = (more = {}) => process.send?.({ requests, ...more })
setInterval(report, 1000)
report({ url: api.url })
process.once('disconnect', () => process.exit())
