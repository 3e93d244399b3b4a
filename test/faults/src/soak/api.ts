import { type ApiAnswer, type ApiRequest, isWatch, serveApi } from '@birdwatch/playground'
import { Chance } from '../chance.js'
import { type BirdWatchObject, Cluster } from '../world/cluster.js'

/** What the API server tells the process that soaks. */
export interface Report {
  readonly url?: string
  readonly requests: number
  readonly faults: number
  readonly ended: number
}

const rollouts = Number(process.argv[2])
const chance = new Chance(1)
const spec = {
  increment: 10,
  interval: 5,
  if_unhealthy: 'rollback',
  traffic_limit: 30,
  at_limit: 'promote',
  propagation: 1,
} as const
const versions = ['v1', 'v2', 'v3']
const faulty = 0.01

const cluster = new Cluster({
  get now() {
    return Date.now()
  },
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
})
let [requests, faults, ended] = [0, 0, 0]

for (let i = 1; i <= rollouts; i++) cluster.addRollout(`s${i}`, { spec, sum: 100, plot: { is: 'healthy' } })

/** Whatever has ended is followed by the next version, so that there is no end. */
cluster.onWrite(({ kind, name, before, after }) => {
  if (kind !== 'BirdWatch') return
  const phaseOf = (object: unknown) => (object as BirdWatchObject | undefined)?.status?.phase
  const phase = phaseOf(after)
  if (phase === phaseOf(before) || (phase !== 'Promoted' && phase !== 'RolledBack')) return
  ended++
  const present = (after as BirdWatchObject).spec.canary_version
  const { production } = cluster.versions(name)
  const next = versions.find(version => version !== production && version !== present) ?? 'v1'
  setTimeout(() => cluster.edit(name, { canary_version: next }), 1000)
})

const refuse = (code: number): ApiAnswer => ({
  status: code,
  headers: { 'content-type': 'application/json', ...(code === 429 ? { 'retry-after': '1' } : {}) },
  body: { kind: 'Status', status: 'Failure', code, message: 'a fault of the soak' },
})

function handle(request: ApiRequest): ApiAnswer {
  requests++
  // Events of hours would fill the memory of this stand-in, and nobody reads them here.
  if (request.url.includes('/events')) return { status: 201, headers: {}, body: {} }
  if (chance.maybe(faulty) && !request.url.includes('leases')) {
    faults++
    const code = chance.pick([409, 429, 500, 503])
    // Half of them are told after the request took effect.
    const answer = chance.maybe(0.5) && code >= 500 ? cluster.handle('controller', request) : undefined
    return answer !== undefined && isWatch(answer) ? answer : refuse(code)
  }
  return cluster.handle('controller', request)
}

const api = await serveApi({ handle })
setInterval(() => cluster.machine.compact(), 60_000)
const report = (more: Partial<Report> = {}) => process.send?.({ requests, faults, ended, ...more } satisfies Report)
setInterval(report, 1000)
report({ url: api.url })
process.once('disconnect', () => process.exit())
