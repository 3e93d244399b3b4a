import type { RolloutState } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { now, state, view } from '../../test/support/states.js'
import { RolloutFeed } from '../feed.js'
import { Board } from './board.js'

const of = (name: string, overrides: Partial<RolloutState> = {}) => view(overrides, { namespace: 'shop', name })

function board(...names: string[]) {
  const made = new Board({ each: 8, all: 100 }, () => now)
  for (const name of names) made.apply(`shop/${name}`, of(name))
  return made
}

const keys = (rows: readonly { key: string }[] | undefined) => rows?.map(({ key }) => key)

describe('The board', () => {
  it('takes over what a source has, and follows it until told to stop.', () => {
    const feed = new RolloutFeed()
    feed.put({ namespace: 'shop', name: 'aleph' }, state())
    const made = board()
    let changes = 0
    const end = made.follow(feed, () => changes++)
    feed.put({ namespace: 'shop', name: 'beth' }, state())
    end()
    feed.put({ namespace: 'shop', name: 'gimel' }, state())

    expect(keys(made.rows())).toEqual(['shop/aleph', 'shop/beth'])
    expect(changes).toBe(1)
  })

  it('counts only changes that can be seen.', () => {
    const made = board('aleph')

    expect(made.apply('shop/aleph', of('aleph', { rev: 9, step: 9 }))).toBe(false)
    expect(made.apply('shop/aleph', of('aleph', { weight: 25 }))).toBe(true)
    expect(made.seq).toBe(2)
  })

  it('finds one rollout, with its history.', () => {
    const made = board('aleph')
    made.apply('shop/aleph', of('aleph', { weight: 25 }))

    expect(made.find('shop/aleph')).toMatchObject({ view: { weight: 25 }, points: [{ weight: 20 }, { weight: 25 }] })
    expect(made.find('shop/beth')).toBeUndefined()
  })
})

describe('A reader of the list', () => {
  it('is told what has changed since, each rollout once.', () => {
    const made = board('aleph', 'beth')
    made.apply('shop/aleph', of('aleph', { weight: 25 }))
    made.apply('shop/aleph', of('aleph', { weight: 30 }))

    expect(made.listSince(2)).toMatchObject({ rollouts: [{ key: 'shop/aleph', weight: 30 }], removed: [] })
    expect(made.listSince(made.seq)).toEqual({ rollouts: [], removed: [] })
  })

  it('is told what is gone, and not of what has come back.', () => {
    const made = board('aleph', 'beth')
    made.apply('shop/aleph', undefined)
    made.apply('shop/beth', undefined)
    made.apply('shop/beth', of('beth'))

    expect(made.listSince(2)).toMatchObject({ rollouts: [{ key: 'shop/beth' }], removed: ['shop/aleph'] })
  })

  it('begins anew when more is gone than is remembered.', () => {
    const made = board()
    for (let i = 0; i < 1001; i++) {
      made.apply(`shop/s${i}`, of(`s${i}`))
      made.apply(`shop/s${i}`, undefined)
    }

    expect(made.listSince(1)).toBeUndefined()
    expect(made.listSince(made.seq)).toEqual({ rollouts: [], removed: [] })
  })

  it('begins anew when it has seen what was never here.', () => {
    expect(board('aleph').listSince(99)).toBeUndefined()
  })
})

describe('A reader of one rollout', () => {
  it('is told only of that one.', () => {
    const made = board('aleph', 'beth')
    made.apply('shop/beth', of('beth', { weight: 25 }))

    expect(made.rolloutSince('shop/aleph', 2)).toEqual({ points: [] })
    expect(made.rolloutSince('shop/beth', 2)).toMatchObject({ view: { weight: 25 }, points: [{ weight: 25 }] })
  })

  it('is told that it is gone, once.', () => {
    const made = board('aleph')
    made.apply('shop/aleph', undefined)

    expect(made.rolloutSince('shop/aleph', 1)).toEqual({ view: null, points: [] })
    expect(made.rolloutSince('shop/aleph', 2)).toEqual({ points: [] })
  })

  it('begins anew when some of what happened since is no longer kept.', () => {
    const made = board('aleph')
    for (let weight = 21; weight < 60; weight++) made.apply('shop/aleph', of('aleph', { weight }))

    expect(made.rolloutSince('shop/aleph', 1)).toBeUndefined()
  })
})
