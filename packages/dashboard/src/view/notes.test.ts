import { describe, expect, it } from 'vitest'
import { now, state } from '../../test/support/states.js'
import { notesOf } from './notes.js'

const titles = (...of: Parameters<typeof state>) => notesOf(state(...of)).map(({ title }) => title)

describe('What a rollout tells beside its reason', () => {
  it('is nothing when there is nothing else.', () => {
    expect(titles()).toEqual([])
  })

  it('is that its rollback is refused.', () => {
    expect(notesOf(state('RollingBack', { blocked: true, from: 30 }))).toMatchObject([
      { title: 'Rollback refused', text: expect.stringContaining('30 %') },
    ])
  })

  it('is that an edit is not used, and which field is wrong.', () => {
    const rejected = { code: 'invalid', field: 'increment', detail: 'it is 11' } as const

    expect(notesOf(state('Progressing', { rejected }))).toMatchObject([
      { text: expect.stringContaining('increment: it is 11') },
    ])
  })

  it('is which metric can not be judged.', () => {
    const trouble = { errors: { since: now, code: 'METRIC_UNREACHABLE' } }

    expect(notesOf(state('Progressing', { trouble }))).toMatchObject([{ text: expect.stringContaining('errors') }])
  })

  it('is not that data is waited for before the baseline: that is the reason itself.', () => {
    const trouble = { errors: { since: now, code: 'no_data' } }

    expect(titles('Baselining', { trouble })).toEqual([])
    expect(titles('Progressing', { trouble })).toEqual(['Metric can not be judged'])
  })

  it('is that somebody has changed the traffic, unless that is the reason already.', () => {
    const foreign = { weight: 35, versions: { production: 'v1', canary: 'v2' }, writer: 'argocd' }
    const reason = { code: 'paused_foreign', expected: 20, found: 35 } as const
    const pause = { from: 'Progressing', foreign } as const

    expect(titles('Paused', { pause, reason })).toEqual([])
    expect(titles('Paused', { pause })).toEqual(['Traffic was changed'])
    expect(titles('Frozen', { drift: foreign })).toEqual(['Traffic was changed'])
    expect(notesOf(state('Promoted', { drift: foreign }))).toMatchObject([{ text: expect.stringContaining('argocd') }])
  })

  it('is that nothing moves, and for how long, while it has not ended.', () => {
    const stuck = { progressAt: now, stuckAt: now + 1_800_000 }

    expect(notesOf(state('Progressing', stuck))).toMatchObject([{ text: expect.stringContaining('1800 seconds') }])
    expect(titles('RolledBack', stuck)).toEqual([])
  })
})
