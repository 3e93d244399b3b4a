import type { RolloutState } from '@birdwatch/core'
import { describe, expect, test } from 'vitest'
import type { RolloutStory } from '../story/story.js'
import { Cluster, namespace } from '../world/cluster.js'
import { foretold, foretoldAfter, missing, unrest } from './end.js'
import { notice, now, saved, story } from './lawful.js'

const chaos: RolloutStory = { ...story, plot: { is: 'chaos', happenings: [] } }
const holding = { phase: 'Holding', weight: 30, preparedAt: now } as const
/** Taken away by the patch that saves it. */
const unprepared = { preparedAt: null as never }

interface World {
  readonly cluster: Cluster
  /** Puts something into the BirdWatch, as the controller does. */
  readonly put: (change: object, subresource?: '/status') => void
  readonly save: (state: Partial<RolloutState>, shown?: object) => void
}

/** A world in which the healthy rollout has come to its end: it holds at its limit of 30 %. */
function ended(): World {
  const cluster = new Cluster({ now, sleep: async () => {} })
  cluster.addRollout('s1', story)
  cluster.setWeight('s1', 30)
  const url = `/apis/otomato.link/v1alpha1/namespaces/${namespace}/birdwatches/s1`
  const put: World['put'] = (body, subresource) => {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const { status } = cluster.handle('P1', { method: 'PATCH', url: `${url}${subresource ?? ''}`, headers, body })
    if (status !== 200) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`)
  }
  const save: World['save'] = (state, shown = {}) => {
    const engine = saved({ ...holding, ...state })
    put({ status: { phase: engine.phase, weight: engine.weight, ...shown, engine } }, '/status')
  }
  put({ metadata: { finalizers: ['otomato.link/rollout'] } })
  save({})
  return { cluster, put, save }
}

describe('of an end', () => {
  test('every law holds of a rollout that is where its plot says', () => {
    expect(missing(ended().cluster, 's1', story)).toBeUndefined()
    expect(missing(ended().cluster, 's1', chaos)).toBeUndefined()
  })

  test.each<[string, string, (world: World) => void, RolloutStory?]>([
    ['the phase is the foretold one', 'not {"phase":"Holding"', ({ save }) => save({ phase: 'Frozen' })],
    ['the weight is the foretold one', 'it is Holding at 20 with v1', ({ cluster }) => cluster.setWeight('s1', 20)],
    [
      'production is the foretold one',
      'it is Holding at 30 with v2',
      ({ cluster }) => cluster.setLabel('s1', 'production', 'v2'),
    ],
    ['it rests', 'it does not rest: Progressing (raised)', ({ save }) => save({ phase: 'Progressing' }), chaos],
    [
      'no command is left',
      'the command dance is still there',
      ({ put }) => put({ metadata: { annotations: { 'otomato.link/command': 'dance' } } }),
    ],
    [
      'the finalizer is there while it is in progress',
      'the finalizer does not fit Holding',
      ({ put }) => put({ metadata: { finalizers: [] } }),
    ],
    [
      'the finalizer goes with the end',
      'the finalizer does not fit Promoted',
      ({ save }) => save({ phase: 'Promoted', weight: 0 }),
      chaos,
    ],
    ['what is deleted goes', 'it is being deleted and still there', ({ cluster }) => cluster.delete('s1')],
    ['people are shown the phase', 'the status shows something else', ({ save }) => save({}, { phase: 'Paused' })],
    ['people are shown the weight', 'the status shows something else', ({ save }) => save({}, { weight: 20 })],
    ['people were told', '1 notices are not delivered', ({ save }) => save({ outbox: [notice(3)] })],
    [
      'the route has what is recorded',
      'the canary has 20, and 30 % is recorded',
      ({ cluster }) => cluster.setWeight('s1', 20),
      chaos,
    ],
  ])('that %s can be broken', (_, sentence, spoil, told = story) => {
    const world = ended()

    spoil(world)

    expect(missing(world.cluster, 's1', told)).toContain(sentence)
  })

  test('what was heard need not be saved where a story is brief, and what was not heard is still missing', () => {
    const world = ended()
    world.save({ outbox: [notice(3), notice(4)] })
    const lacks = (heard: number) =>
      missing(world.cluster, 's1', story, undefined, outbox => outbox.filter(({ seq }) => seq > heard))

    expect(lacks(4)).toBeUndefined()
    expect(lacks(3)).toBe('1 notices are not delivered')
  })

  test('the route has what is recorded after the end, too, of a rollout that had the traffic', () => {
    const { cluster, put, save } = ended()
    put({ metadata: { finalizers: [] } })
    save({ phase: 'RolledBack', weight: 0 })

    expect(missing(cluster, 's1', chaos)).toBe('the canary has 30, and 0 % is recorded')
  })

  test('a weight that somebody sets for a rollout that ended before it began is no inconsistency', () => {
    const { cluster, put, save } = ended()
    put({ metadata: { finalizers: [] } })
    save({ phase: 'RolledBack', weight: 0, ...unprepared })

    expect(missing(cluster, 's1', chaos)).toBeUndefined()
  })

  test.each(['Waiting', 'Baselining'] as const)('nor is one in a rollout that was paused in %s, unprepared', from => {
    const { cluster, save } = ended()
    save({ phase: 'Paused', weight: 0, pause: { from }, ...unprepared })

    expect(missing(cluster, 's1', chaos)).toBeUndefined()
  })

  test('a weight that somebody else has set is no inconsistency', () => {
    const { cluster, save } = ended()
    cluster.setWeight('s1', 50)
    save({ phase: 'Paused', pause: { from: 'Progressing', foreign: { code: 'foreign' } } as never })

    expect(missing(cluster, 's1', chaos)).toBeUndefined()
  })
})

describe('of a time in which nothing has happened any more', () => {
  test('each rollout may be saved twice in it', () => {
    expect(unrest({ open: [], saves: 6, rollouts: 3 })).toEqual([])
  })

  test('that nothing new is saved can be broken', () => {
    expect(unrest({ open: [], saves: 7, rollouts: 3 })).toEqual(['7 saves of nothing new'])
  })

  test('that every rollout has come to its end can be broken', () => {
    expect(unrest({ open: ['s1: it does not rest'], saves: 0, rollouts: 1 })).toEqual(['s1: it does not rest'])
  })
})

describe('what is foretold', () => {
  test.each<[RolloutStory['plot'], object]>([
    [
      { is: 'sick', from: 10 },
      { phase: 'RolledBack', canary: 0, production: 'v1' },
    ],
    [
      { is: 'sick', from: 10, command: 'promote' },
      { phase: 'Promoted', canary: 0, production: 'v2' },
    ],
    [
      { is: 'dead', from: 10 },
      { phase: 'RolledBack', canary: 0, production: 'v1' },
    ],
    [
      { is: 'commanded', at: 10, command: 'pause' },
      { phase: 'Paused', production: 'v1' },
    ],
    [
      { is: 'foreign', at: 10, to: 40 },
      { phase: 'Paused', canary: 40, production: 'v1' },
    ],
    [
      { is: 'deleted', at: 10 },
      { phase: 'gone', canary: 0, production: 'v1' },
    ],
  ])('of %j is %j', (plot, end) => {
    expect(foretold({ ...story, plot })).toEqual(end)
  })

  test('follows the hand of a person that came while nobody watched, unless the end had begun', () => {
    expect(foretoldAfter('Progressing', 40, story)).toEqual({ phase: 'Paused', canary: 40 })
    expect(foretoldAfter('RolledBack', 40, story)).toEqual({ phase: 'RolledBack', canary: 40 })
    expect(foretoldAfter('RollingBack', 40, story)).toBeUndefined()
  })
})
