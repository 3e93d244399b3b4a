import { type Reason, render } from '@birdwatch/core'
import { sampleReasons } from '@birdwatch/testing'
import { describe, expect, it } from 'vitest'
import { now, policy, resource, state, view } from '../../test/support/states.js'
import { rowOf, viewOf } from './view-of.js'

describe('The view of a rollout', () => {
  it('tells where it is and why, in the words of the engine.', () => {
    const reason: Reason = { code: 'raised', from: 15, to: 20, limit: 100, metrics: [] }

    expect(view({ reason })).toMatchObject({
      key: 'shop/aleph',
      service: 'aleph',
      canaryVersion: 'v2',
      productionVersion: 'v1',
      phase: 'Progressing',
      weight: 20,
      limit: 100,
      since: now,
      reason: { code: 'raised', level: 'progress', text: render(reason) },
    })
  })

  it('has a sentence for every reason there is.', () => {
    const texts = sampleReasons.map(reason => view({ reason }).reason.text)

    expect(texts.filter(text => text.length < 10)).toEqual([])
  })

  it('is plain JSON, and leaves out what is not known.', () => {
    const seen = view({ productionVersion: undefined } as never)

    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen)
    expect(Object.hasOwn(seen, 'productionVersion')).toBe(false)
    expect(Object.hasOwn(seen, 'endedAt')).toBe(false)
  })

  it('gives all traffic to the version that has become production, whatever its subset still carries.', () => {
    expect(view({ phase: 'Promoted', weight: 0 }).weight).toBe(100)
  })

  it('stays at the weight that the routes have while the rollback is refused, and tells what is wanted.', () => {
    expect(view({ phase: 'RollingBack', weight: 0, from: 30, blocked: true })).toMatchObject({ weight: 30, wanted: 0 })
    expect(view({ phase: 'RollingBack', weight: 0, from: 30 })).not.toHaveProperty('wanted')
  })

  it('asks for nobody because of what is only good to know.', () => {
    const notes = [{ title: 'The subsets are shared', text: 'By a mirror.', mild: true }] as const

    expect(viewOf({ ...resource, notes }, state())).toMatchObject({ notes, attention: false })
  })

  it('carries the manifest and the notes of its resource.', () => {
    const manifest = { kind: 'BirdWatch' }
    const notes = [{ title: 'Stale window', text: 'The query looks back further than one interval.' }]
    const seen = viewOf({ ...resource, manifest, notes }, state())

    expect(seen).toMatchObject({ manifest, notes, attention: true })
  })

  it('offers nothing while the resource is being deleted.', () => {
    expect(viewOf({ ...resource, deleting: true }, state()).offers).toEqual([])
  })

  it('shows the last command and the past, with the reasons in words.', () => {
    const lastCommand = { name: 'promote', id: '1', by: 'kubectl', at: now, refused: 'too_late: it is Promoting' }
    const past = {
      id: 'uid-0',
      canaryVersion: 'v1',
      phase: 'Promoted',
      endedAt: now,
      reason: { code: 'undone', version: 'v1' },
    } as const
    const seen = view({ lastCommand, history: [past] })

    expect(seen.lastCommand).toEqual({ name: 'promote', by: 'kubectl', at: now, refused: 'too_late: it is Promoting' })
    expect(seen.past).toMatchObject([{ id: 'uid-0', reason: { text: 'v1 is production again.' } }])
  })
})

describe('A metric in the view', () => {
  const metric = (direction: 'either' | 'increase' | 'decrease') => {
    const rules = policy({ metrics: [{ name: 'errors', metric: 'errors()', deviation: 0.5, direction }] })
    return view({ policy: rules }).metrics[0]
  }

  it('may deviate from its baseline to either side.', () => {
    expect(metric('either')?.band).toEqual({ low: 0.5, high: 1.5 })
  })

  it('is bound on one side only when only one direction counts.', () => {
    expect(metric('increase')?.band).toEqual({ high: 1.5 })
    expect(metric('decrease')?.band).toEqual({ low: 0.5 })
  })

  it('has no band before its baseline, and is there all the same.', () => {
    expect(view({ metrics: {} }).metrics).toEqual([
      { name: 'errors', query: 'errors()', deviation: 0.5, direction: 'either', health: 'unknown' },
    ])
  })
})

describe('The verdict on all metrics', () => {
  const rules = policy({ metrics: ['a', 'b'].map(name => ({ name, metric: name, deviation: 1 })) })
  const health = (a: string, b?: string) => {
    const metric = (name: string, verdict: string) => ({ [name]: { name, allowed: 1, verdict } })
    return view({ policy: rules, metrics: { ...metric('a', a), ...(b && metric('b', b)) } }).health
  }

  it('is unhealthy when one is.', () => expect(health('inconclusive', 'unhealthy')).toBe('unhealthy'))
  it('is inconclusive when one is and none is unhealthy.', () =>
    expect(health('healthy', 'inconclusive')).toBe('inconclusive'))
  it('is healthy when what was measured is.', () => expect(health('healthy')).toBe('healthy'))
  it('is unknown before the first reading.', () => expect(view({ metrics: {} }).health).toBe('unknown'))
})

describe('Attention', () => {
  const asks = (...of: Parameters<typeof view>) => view(...of).attention

  it('is not asked for by a rollout that goes its way.', () => {
    expect(asks()).toBe(false)
    expect(asks({ phase: 'RolledBack' })).toBe(false)
    expect(asks({ phase: 'Paused' })).toBe(false)
  })

  it('is asked for where a person has to decide.', () => {
    expect(asks({ phase: 'Frozen' })).toBe(true)
    expect(asks({ phase: 'Invalid' })).toBe(true)
    expect(asks({ phase: 'Paused', pause: { from: 'Progressing', foreign: { weight: 35 } } })).toBe(true)
  })

  it('is asked for where something is broken.', () => {
    expect(asks({ phase: 'RollingBack', blocked: true })).toBe(true)
    expect(asks({ trouble: { errors: { since: now, code: 'METRIC_TIMEOUT' } } })).toBe(true)
  })
})

describe('A row of the list', () => {
  it('has nothing that only the page of one rollout shows.', () => {
    const row = rowOf(viewOf({ ...resource, manifest: { kind: 'BirdWatch' } }, state()))

    expect(Object.keys(row).sort()).toEqual([
      'attention',
      'canaryVersion',
      'health',
      'key',
      'limit',
      'name',
      'namespace',
      'phase',
      'productionVersion',
      'reason',
      'service',
      'since',
      'weight',
    ])
  })
})
