import { describe, expect, it } from 'vitest'
import { resource, state } from '../test/support/states.js'
import { RolloutFeed } from './feed.js'

function listened() {
  const feed = new RolloutFeed()
  const heard: string[] = []
  const end = feed.subscribe((key, view) => heard.push(`${key} ${view?.weight}`))
  return { feed, heard, end }
}

describe('A feed', () => {
  it('tells of what is put and removed, and lists what is there.', () => {
    const { feed, heard } = listened()
    feed.put(resource, state())
    feed.put({ ...resource, name: 'beth' }, state())
    feed.remove('shop/aleph')

    expect(heard).toEqual(['shop/aleph 20', 'shop/beth 20', 'shop/aleph undefined'])
    expect([...feed.list()].map(({ key }) => key)).toEqual(['shop/beth'])
  })

  it('is silent when the same is put again.', () => {
    const { feed, heard } = listened()
    const same = state()
    feed.put(resource, same)
    feed.put(resource, same)

    expect(heard).toHaveLength(1)
  })

  it('is silent about the removal of what was never there.', () => {
    const { feed, heard } = listened()
    feed.remove('shop/aleph')

    expect(heard).toEqual([])
  })

  it('tells nobody who has stopped to listen.', () => {
    const { feed, heard, end } = listened()
    end()
    feed.put(resource, state())

    expect(heard).toEqual([])
  })
})
