import { describe, expect, it } from 'vitest'
import { serve } from '../support/server.js'
import { resource, state } from '../support/states.js'

const json = async (answer: Promise<{ text: string }>) => JSON.parse((await answer).text)

describe('GET api/rollouts', () => {
  it('lists the rollouts, each as a row.', async () => {
    const { ask, feed } = await serve()
    feed.put(resource, state())
    const { rollouts, now } = await json(ask('/api/rollouts'))

    expect(rollouts).toMatchObject([{ key: 'shop/aleph', phase: 'Progressing', weight: 20 }])
    expect(rollouts[0].metrics).toBeUndefined()
    expect(now).toBeTypeOf('number')
  })

  it('is empty where there are none.', async () => {
    const { ask } = await serve()

    expect(await json(ask('/api/rollouts'))).toMatchObject({ rollouts: [] })
  })
})

describe('GET api/rollouts/:namespace/:name', () => {
  it('tells one rollout with its history.', async () => {
    const { ask, feed } = await serve()
    feed.put(resource, state())
    feed.put(resource, state('Progressing', { weight: 25 }))

    expect(await json(ask('/api/rollouts/shop/aleph'))).toMatchObject({
      view: {
        key: 'shop/aleph',
        weight: 25,
        metrics: [{ name: 'errors' }],
        offers: [{ command: 'pause' }, {}, {}, {}],
      },
      points: [{ weight: 20 }, { weight: 25 }],
    })
  })

  it('keeps as much history as it was told to.', async () => {
    const { ask, feed } = await serve({ historyEach: 10 })
    for (let weight = 0; weight < 60; weight++) feed.put(resource, state('Progressing', { weight }))
    const { points } = await json(ask('/api/rollouts/shop/aleph'))

    expect(points.length).toBeLessThanOrEqual(10)
    expect(points.at(-1)).toMatchObject({ weight: 59 })
  })

  it('is 404 where there is none, and says so.', async () => {
    const { ask } = await serve()

    expect(await ask('/api/rollouts/shop/aleph')).toMatchObject({
      status: 404,
      text: expect.stringContaining('shop/aleph'),
    })
  })
})

describe('The API', () => {
  it('says what the page may do: by default, nothing.', async () => {
    const { ask } = await serve({ title: 'Canaries', kubectl: 'kubectl --context=prod' })
    const answer = await ask('/api/session')

    expect(JSON.parse(answer.text)).toEqual({
      title: 'Canaries',
      kubectl: 'kubectl --context=prod',
      commands: false,
      playground: false,
    })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('takes no %s where it only looks.', async method => {
    const { ask } = await serve()

    expect(await ask('/api/rollouts', { method })).toMatchObject({ status: 405, headers: { allow: 'GET' } })
  })

  it.each(['/api', '/api/rollouts/', '/api/rollouts/a/b/c', '/api/playground', '/api/rollouts/shop/aleph/commands'])(
    'has nothing at %s where it only looks.',
    async path => {
      const { ask } = await serve()

      expect((await ask(path)).status).toBe(404)
    },
  )

  it.each(['/api/rollouts/%E0/%ZZ', '//'])('refuses the address %s and goes on.', async path => {
    const { ask } = await serve()

    expect((await ask(path)).status).toBe(400)
    expect((await ask('/api/rollouts')).status).toBe(200)
  })

  it('answers a failure of its host without telling what it was.', async () => {
    const playground = {
      state: () => {
        throw new Error('secret')
      },
      subscribe: () => () => {},
      act: async () => {},
    }
    const { ask } = await serve({ playground })
    const answer = await ask('/api/playground')

    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('secret')
  })
})
