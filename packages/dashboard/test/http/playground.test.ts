import { describe, expect, it } from 'vitest'
import type { PlaygroundSource, PlaygroundState } from '../../src/index.js'
import { follow } from '../support/events.js'
import { serve } from '../support/server.js'

function toy() {
  const acts: string[] = []
  const listeners = new Set<() => void>()
  let on = false
  const source: PlaygroundSource = {
    state: (): PlaygroundState => ({
      services: [],
      controls: [
        { id: 'fail', kind: 'switch', on, label: 'Make v04 fail' },
        { id: 'next', kind: 'button', label: 'New canary' },
      ],
    }),
    subscribe(changed) {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
    async act(control, to) {
      if (control === 'next') throw new Error('the present rollout has to end first')
      acts.push(`${control} ${to}`)
      on = to ?? false
      for (const changed of listeners) changed()
    },
  }
  return { source, acts, listeners }
}

async function serveToy() {
  const { source, acts, listeners } = toy()
  const server = await serve({ playground: source })
  const session = await server.ask('/api/session')
  const headers = {
    host: `127.0.0.1:${server.port}`,
    origin: server.url,
    'content-type': 'application/json',
    'x-birdwatch-token': JSON.parse(session.text).token as string,
    cookie: session.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
  }
  const act = (control: string, body: object) =>
    server.ask(`/api/playground/${control}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { ...server, acts, listeners, headers, act }
}

describe('The playground', () => {
  it('is told of in the session, and tells its state.', async () => {
    const { ask } = await serveToy()

    expect(JSON.parse((await ask('/api/session')).text)).toMatchObject({ playground: true, commands: false })
    expect(JSON.parse((await ask('/api/playground')).text)).toMatchObject({ controls: [{ id: 'fail', on: false }, {}] })
  })

  it('comes with every stream, and again when it has changed.', async () => {
    const { url, act } = await serveToy()
    const stream = await follow(`${url}/api/events`)
    expect(await stream.next('playground')).toMatchObject({ data: { controls: [{ on: false }, {}] } })

    expect((await act('fail', { on: true })).status).toBe(202)
    expect(await stream.next('playground')).toMatchObject({ data: { controls: [{ on: true }, {}] } })
  })

  it('acts on its controls.', async () => {
    const { act, acts } = await serveToy()
    await act('fail', { on: true })
    await act('fail', {})

    expect(acts).toEqual(['fail true', 'fail undefined'])
  })

  it('says why it can not act.', async () => {
    const { act } = await serveToy()

    expect(await act('next', {})).toMatchObject({ status: 502, text: expect.stringContaining('has to end first') })
    expect((await act('other', {})).status).toBe(404)
    expect((await act('fail', { on: 'yes' })).status).toBe(400)
  })

  it('takes nothing from elsewhere.', async () => {
    const { ask, acts, headers } = await serveToy()
    const foreign = { ...headers, origin: 'https://evil.example' }

    expect((await ask('/api/playground/fail', { method: 'POST', headers: foreign, body: '{"on":true}' })).status).toBe(
      403,
    )
    expect(acts).toEqual([])
  })

  it('is let go when the dashboard is closed.', async () => {
    const { close, listeners } = await serveToy()
    close()

    expect(listeners.size).toBe(0)
  })
})
