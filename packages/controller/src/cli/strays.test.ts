import { describe, expect, it } from 'vitest'
import { inNameOf } from '../plugins/owner.js'
import { strayHandler } from './strays.js'

const secret = Object.assign(new Error('boom'), { headers: { authorization: 's3cret' } })

function watched() {
  const lines: Record<string, unknown>[] = []
  const crashes: string[] = []
  const clock = { now: 0 }
  const handle = strayHandler(
    { error: (message, fields) => void lines.push({ message, ...fields }) },
    text => void crashes.push(text),
    () => clock.now,
  )
  return { lines, crashes, clock, handle }
}

describe('What is thrown where nobody waits for it', () => {
  it('ends the process when it is ours, and shows nothing but the message and the stack', () => {
    const { lines, crashes, handle } = watched()
    handle(secret)
    expect(lines).toEqual([])
    expect(crashes).toHaveLength(1)
    expect(crashes[0]).toContain('boom')
    expect(crashes[0]).not.toContain('s3cret')
  })

  it('is logged in the name of the plugin whose it is, and everybody else goes on', () => {
    const { lines, crashes, handle } = watched()
    inNameOf('noisy', () => handle(secret))
    expect(crashes).toEqual([])
    expect(lines).toMatchObject([{ plugin: 'noisy', error: 'boom' }])
    expect(JSON.stringify(lines)).not.toContain('s3cret')
  })

  it('is logged three times a minute when it is always the same; how often it was left out is told in the next minute', () => {
    const { lines, clock, handle } = watched()
    const often = (plugin: string, times: number) => {
      for (let i = 0; i < times; i++) inNameOf(plugin, () => handle('boom'))
    }
    often('noisy', 25)
    often('other', 1)
    inNameOf('noisy', () => handle('bang'))
    expect(lines.map(({ plugin, error }) => `${plugin} ${error}`)).toEqual([
      'noisy boom',
      'noisy boom',
      'noisy boom',
      'other boom',
      'noisy bang',
    ])

    clock.now = 60_000
    often('noisy', 2)
    expect(lines.slice(5)).toMatchObject([{ leftOut: 22 }, {}])
    expect(lines[6]).not.toHaveProperty('leftOut')
  })
})
