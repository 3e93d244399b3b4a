import type { RolloutState } from '@birdwatch/core'
import type { KubeObject } from '@birdwatch/playground'
import { describe, expect, test } from 'vitest'
import type { RolloutStory } from '../story/story.js'
import { missing } from './end.js'
import { brokenBy, type Facts } from './facts.js'
import { facts, notice, now, policy, save, saved, story } from './lawful.js'
import { ofLabels, ofRoutes } from './routes.js'
import { ofSaves, type Save } from './saves.js'
import { wronglyTold } from './told.js'

const same = { weight: 10, step: 2, reason: { code: 'started', version: 'v2' } } as const
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
const past = {
  number: 1,
  version: 'v1',
  phase: 'Promoted',
  reason: { code: 'started', version: 'v1' },
  startedAt: 0,
  endedAt: 1,
}
const command = (name: string, changes: object = {}) => ({ id: '1', name, by: 'kubectl', at: 1, ...changes }) as never

/** For each law of saves, one that breaks it and no other. */
const badSaves: Record<keyof typeof ofSaves, () => Save> = {
  'rev rises by one with every save': () => save({ rev: 6 }),
  'step never falls': () => save({ ...same, step: 1 }),
  'the number of the last notice never falls': () => save({ seq: 1 }),
  'a step stands for one weight': () => save({ ...same, weight: 20 }),
  'at most 20 notices wait': () => save({ outbox: many(21, i => notice(i)) }),
  'at most 5 rollouts are remembered': () => save({ history: many(6, () => past) as never }),
  'the state stays small': () => save({ handle: 'x'.repeat(70_000) }),
  'no raise goes beyond the limit': () => save({ weight: 40 }),
  'what has ended stays as it is': () => save({ ...same, phase: 'Baselining' }, { phase: 'RolledBack' }),
  'what waits for a person goes on when a person says so': () =>
    save({ ...same, phase: 'Progressing' }, { phase: 'Paused' }),
  'a command is carried out once': () => {
    const earlier = { at: now, by: 'P1', state: saved({ lastCommand: command('pause', { at: 1 }) }) }
    return save({ ...same, lastCommand: command('pause', { at: 2 }) }, {}, { saves: [earlier] })
  },
  'an increment rests on a healthy reading at the present weight, an interval after it took effect': () =>
    save({}, {}, { probes: [] }),
}

describe('of a save', () => {
  test('every law lets a raise after a healthy check pass', () => {
    expect(brokenBy(ofSaves, save())).toEqual([])
  })

  test.each(Object.keys(ofSaves))('the law “%s” can be broken', law => {
    expect(brokenBy(ofSaves, badSaves[law]?.() as Save)).toEqual([law])
  })

  test.each([
    ['unhealthy', { reading: 20 }],
    ['at another weight', { canary: 0 }],
    ['too early', { at: now - 9000 }],
    ['of another process', { process: 'P2' }],
  ])('an increment does not rest on a reading that is %s', (_, change) => {
    const probe = { process: 'P1', rollout: 's1', at: now - 10, canary: 10, reading: 10, ...change }
    expect(brokenBy(ofSaves, save({}, {}, { probes: [probe] }))).toHaveLength(1)
  })
})

test.each([
  ['P1', 0],
  ['setup', 1],
  ['kubectl', 1],
])(
  'a raise that is saved late is judged as none where %s has brought the canary to 0: %i laws broken',
  (weightBy, broken) => {
    const late = save({}, {}, { probes: [], weightBy, weightSince: now - 50_000 })
    late.cluster.setWeight('s1', 0)

    expect(brokenBy(ofSaves, late)).toHaveLength(broken)
  },
)

test('the same command may be given once more within a second, after another one', () => {
  const answered = (name: string, at: number) => saved({ lastCommand: command(name, { id: name, at }) })
  const saves = [answered('abort', 1), answered('promote', 2), answered('abort', 3)].map(state => ({
    at: now,
    by: 'P1',
    state,
  }))
  const { lastCommand } = answered('abort', 3)

  expect(brokenBy(ofSaves, save({ ...same, lastCommand }, {}, { saves }))).toEqual([])
})

test('people may allow so much that a sick reading is none', () => {
  const generous = { ...policy, rules: policy.rules.map(rule => ({ ...rule, deviation: 10 })) }
  const probe = { process: 'P1', rollout: 's1', at: now - 10, canary: 10, reading: 20 }
  expect(brokenBy(ofSaves, save({ policy: generous }, {}, { probes: [probe] }))).toEqual([])
})

interface Spec {
  host: string
  hosts: string[]
  http: { route: { weight?: number }[] }[]
  subsets: { labels: Record<string, string> }[]
}
type Alter = (spec: Spec) => void

const weigh =
  (production: number, canary: number): Alter =>
  ({ http }) => {
    Object.assign(http[1]?.route[0] ?? {}, { weight: production })
    Object.assign(http[1]?.route[1] ?? {}, { weight: canary })
  }
const label =
  (subset: 0 | 1, version: string): Alter =>
  ({ subsets }) =>
    void Object.assign(subsets[subset]?.labels ?? {}, { version })

/** One change by us, from what is there at `percent`, as the laws see it. */
function change(kind: 'VirtualService' | 'DestinationRule', alter: Alter, around: Partial<Facts> = {}, percent = 0) {
  const known = facts(around)
  known.cluster.setLabel('s1', 'canary', 'v2')
  known.cluster.setWeight('s1', percent)
  const before = known.cluster.get(kind, 's1') as KubeObject
  const after = structuredClone(before)
  alter(after.spec as Spec)
  return { ...known, write: { by: 'P1', kind, name: 's1', before, after } as const }
}
const routes = (alter: Alter, state: Partial<RolloutState> = {}, around: Partial<Facts> = {}, percent = 0) =>
  change(
    'VirtualService',
    alter,
    { saves: [{ at: now, by: 'P1', state: saved({ weight: 20, ...state }) }], ...around },
    percent,
  )

const foreign = { from: 'Progressing', foreign: { weight: 40 } } as never

/** For each law of the routes, a change that breaks it. */
const badRoutes: Record<string, () => ReturnType<typeof change>> = {
  'weights of a route sum to what they summed to': () => routes(weigh(90, 20)),
  'nothing changes but the weights of our two destinations': () =>
    routes(spec => {
      weigh(80, 20)(spec)
      spec.hosts.push('else')
    }),
  'no weight is negative': () => routes(weigh(120, -20)),
  'every higher weight was decided and saved before': () => routes(weigh(75, 25)),
  'no weight goes beyond the limit that it was decided under': () => routes(weigh(60, 40), { weight: 40 }),
  'no weight rises where none is wanted': () => routes(weigh(80, 20), { phase: 'RolledBack' }),
  'at most one increment in an interval': () => routes(weigh(80, 20), {}, { raisedAt: now - 4000 }),
  'hands off while somebody else has the traffic': () => routes(weigh(80, 20), { phase: 'Paused', pause: foreign }),
  'nothing moves to an empty production but by a person': () =>
    routes(weigh(100, 0), {}, { emptySince: now - 20_000 }, 20),
}

const badLabels: Record<string, () => ReturnType<typeof change>> = {
  'nothing changes but the versions of our two subsets': () =>
    change('DestinationRule', spec => void Object.assign(spec, { host: 'else' })),
  'the canary is relabelled at weight 0 only': () => change('DestinationRule', label(1, 'v3'), {}, 10),
  'production is relabelled by a promotion only': () => change('DestinationRule', label(0, 'v2')),
}

describe('of a write of the routes', () => {
  test('every law lets a raise that was saved pass', () => {
    expect(brokenBy(ofRoutes, routes(weigh(80, 20)))).toEqual([])
  })

  test.each(Object.keys(ofRoutes))('the law “%s” can be broken', law => {
    expect(brokenBy(ofRoutes, badRoutes[law]?.() as never)).toContain(law)
  })
})

test('an abort brings weight to an empty production, also before it is saved', () => {
  const emptied = routes(weigh(100, 0), {}, { emptySince: now - 20_000, abortedAt: now - 3000 }, 20)

  expect(brokenBy(ofRoutes, emptied)).toEqual([])
})

test('a weight is held to the interval that it was decided under, not to one that people set afterwards', () => {
  const longer = { ...policy, intervalMs: 60_000 }
  const decided = { at: now - 9000, by: 'P1', state: saved({ weight: 20, step: 3 }) }
  const edited = { at: now, by: 'P1', state: saved({ weight: 20, step: 3, policy: longer }) }

  expect(brokenBy(ofRoutes, routes(weigh(80, 20), {}, { saves: [decided, edited] }))).toEqual([])
})

describe('of a write of the labels', () => {
  test('every law lets the canary be prepared at weight 0', () => {
    expect(brokenBy(ofLabels, change('DestinationRule', label(1, 'v3')))).toEqual([])
  })

  test.each(Object.keys(ofLabels))('the law “%s” can be broken', law => {
    expect(brokenBy(ofLabels, badLabels[law]?.() as never)).toEqual([law])
  })
})

describe('of what people are told', () => {
  const [first, second] = [notice(1), notice(2)]
  const saves = [{ at: now, by: 'P1', state: saved({ id: 'uid-1', outbox: [first, second] }) }]

  test('one notice may come twice', () => {
    expect(wronglyTold(saves, [first, first, second])).toEqual([])
  })

  test('that a canary is sick may be told although it could never be saved, and in its number', () => {
    const sick = { ...notice(2), id: 'lost', snapshot: { ...notice(2).snapshot, phase: 'RollingBack' } }

    expect(wronglyTold(saves, [first, sick, second])).toEqual([])
  })

  test('so may that a canary fails while somebody else has the traffic', () => {
    const reason = { code: 'unhealthy', metric: 'x', allowed: 5, action: 'none', weight: 10, version: 'v2' } as const
    const snapshot = { ...notice(2).snapshot, phase: 'Paused' } as const

    expect(wronglyTold(saves, [first, { ...notice(2, { reason }), id: 'lost', snapshot }, second])).toEqual([])
  })

  test('so may what was said before it and could not be saved either, and nothing that is older than a save can be', () => {
    const at = (moment: number, phase: string) => ({ ...notice(2).snapshot, at: moment, phase }) as never
    const sick = { ...notice(3), id: 'sick', snapshot: at(now, 'RollingBack') }
    const before = (moment: number) => ({ ...notice(2), id: 'before', snapshot: at(moment, 'Paused') })

    expect(wronglyTold(saves, [first, before(now - 10_000), sick, second])).toEqual([])
    expect(wronglyTold(saves, [first, before(now - 10_001), sick, second])).toEqual([
      expect.stringContaining('told and never saved'),
    ])
  })

  test.each([
    ['none is lost', [first], 'never delivered'],
    ['they come in order', [second, first], 'came in the order 2, 1'],
    ['nothing else is told unsaved', [first, { ...second, id: 'lost' }, second], 'told and never saved'],
    [
      'another with the same number is not the one that was saved',
      [first, { ...second, id: 'lost' }],
      'never delivered',
    ],
    [
      'an id stands for one of them',
      [first, second, notice(2, { reason: { code: 'undone', version: 'v1' } })],
      'two notices',
    ],
  ])('that %s can be broken', (_, delivered, sentence) => {
    expect(wronglyTold(saves, delivered)).toContainEqual(expect.stringContaining(sentence))
  })
})

test.each<[RolloutStory['plot'], string]>([
  [{ is: 'healthy' }, 'it is nothing saved at 0 with v1 in production, not'],
  [{ is: 'deleted', at: 10 }, 'it is nothing saved at 0 with v1 in production, not'],
  [{ is: 'chaos', happenings: [] }, 'it does not rest'],
])('a rollout that never began is not taken for one that has ended (%o)', (plot, sentence) => {
  expect(missing(facts().cluster, 's1', { ...story, plot })).toContain(sentence)
})
