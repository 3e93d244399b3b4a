import { describe, expect, test } from 'vitest'
import type { Outcome } from './outcome.js'
import { Simulation } from './simulation.js'
import type { Fault, Plot, Spec, Story } from './story/story.js'

const spec: Spec = {
  increment: 10,
  interval: 2,
  if_unhealthy: 'rollback',
  traffic_limit: 20,
  at_limit: 'hold',
  propagation: 1,
}
const frozen = { ...spec, if_unhealthy: 'freeze' } as const

interface Life {
  readonly spec: Spec
  readonly plot: Plot
  /** What people are told a rollback is for. */
  readonly why?: string
}

/** Every way to the end. */
const lives = {
  promoted: { spec: { ...spec, at_limit: 'promote' }, plot: { is: 'healthy' } },
  'rolled back': { spec, plot: { is: 'sick', from: 20 }, why: 'unhealthy' },
  'frozen, then promoted': { spec: frozen, plot: { is: 'sick', from: 20, command: 'promote' } },
  'frozen, then aborted': { spec: frozen, plot: { is: 'sick', from: 20, command: 'abort' }, why: 'aborted' },
  deleted: { spec, plot: { is: 'deleted', at: 20 }, why: 'deleted' },
} as const satisfies Record<string, Life>
type Name = keyof typeof lives

type Cut = Pick<Extract<Fault, { do: 'cut' }>, 'request' | 'effect'>

const live = (name: Name, ...faults: Fault[]) => {
  const { plot, spec: wanted }: Life = lives[name]
  const rollouts = [{ sum: 100, plot, spec: wanted }]
  const story: Story = { seed: 1, rollouts, processes: [{ offsetMs: 0, speed: 1 }], faults }
  return new Simulation(story).run()
}
const killed = (name: Name, cut: Cut, meanwhile?: number) =>
  live(name, { at: 0, do: 'cut', ...cut, downMs: 400, ...(meanwhile === undefined ? {} : { meanwhile }) })

/** What must be the same however it is interrupted: the laws, each weight once, the end, and what people are told. */
function storyOf(name: Name, { violations, changes, told }: Outcome) {
  const { why }: Life = lives[name]
  const weights = changes.filter(({ by, kind }) => kind === 'VirtualService' && by.startsWith('P'))
  const notices = [...new Map(told.map(({ id, reason }) => [id, reason.code])).values()]
  // What a rollback began for is lost when the process dies between its write and its save.
  const known = notices.map(code => (code === 'interrupted' ? why : code))
  return {
    violations,
    weights: weights.map(({ canary }) => canary),
    phase: changes.at(-1)?.phase,
    told: known.filter((code, i) => code === 'raised' || known.indexOf(code) === i),
  }
}

/** Every place to cut, from one on. What is only read changes nothing: before it is sent or before its answer is the same. */
const placesIn = (requests: readonly string[], from = 0): Cut[] =>
  requests.flatMap((what, request) => {
    if (request < from) return []
    const before = { request, effect: false }
    return /^(get|list|watch|query)/.test(what) ? [before] : [before, { request, effect: true }]
  })

/** Until the last increment, all live the same life: that it goes on from there is shown of one that is promoted. */
const partingIn = ({ requests }: Outcome) => requests.lastIndexOf('query')

async function all<T>(places: readonly Cut[], make: (cut: Cut) => Promise<T>) {
  const ends: (T & { cut: Cut })[] = []
  for (const cut of places) ends.push({ cut, ...(await make(cut)) })
  return ends
}

describe('killed at any of its requests, to the API server, for a metric or to Slack, before or after it took effect', () => {
  test.each(Object.keys(lives) as Name[])(
    'a rollout that is %s comes to the same end by the same steps, and people are told the same',
    async name => {
      const undisturbed = await live(name)
      const places = placesIn(undisturbed.requests, name === 'promoted' ? 0 : partingIn(undisturbed))
      const found = await all(places, async cut => storyOf(name, await killed(name, cut)))

      expect(places.length).toBeGreaterThan(15)
      expect(found).toEqual(places.map(cut => ({ cut, ...storyOf(name, undisturbed) })))
    },
    180_000,
  )

  test.each(['promoted', 'rolled back'] as const)(
    'a rollout that is %s is left to whoever changed its weight before the next process began, unless its end had begun',
    async name => {
      const undisturbed = await live(name)
      const from = name === 'promoted' ? undisturbed.requests.indexOf('query') : partingIn(undisturbed)
      const places = placesIn(undisturbed.requests, from)
      // Where the rollout has to end follows from the phase that was saved; a law sees every write that is not ours to make.
      const found = await all(places, async cut => {
        const { violations, changes } = await killed(name, cut, 40)
        const foreign = changes.findIndex(({ by, kind }) => by === 'kubectl' && kind === 'VirtualService')
        const { phase = '' } = changes[foreign] ?? {}
        const ours = changes.slice(foreign + 1).filter(({ by, kind }) => kind === 'VirtualService' && by !== 'kubectl')
        const begun = ['Promoting', 'RollingBack', 'Waiting'].includes(phase)
        return { violations, overwritten: begun ? [] : ours, phase }
      })

      expect(found.filter(({ violations, overwritten }) => violations.length + overwritten.length > 0)).toEqual([])
      expect(new Set(found.map(({ phase }) => phase)).size).toBeGreaterThan(2)
    },
    180_000,
  )
})
