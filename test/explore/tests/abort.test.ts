import { describe, expect, test } from 'vitest'
import { AbortController as Light } from '../src/process/abort.js'

/** What both do, told in order. */
function told(Controller: typeof AbortController): unknown[] {
  const lines: unknown[] = []
  const controller = new Controller()
  const { signal } = controller
  const twice = () => lines.push('added twice, called once')
  const gone = () => lines.push('never')
  const takenAway = () => lines.push('never either')
  signal.addEventListener('abort', () => lines.push(['first', signal.aborted, signal.reason]), { once: true })
  signal.addEventListener('abort', twice, { once: true })
  signal.addEventListener('abort', twice, { once: true })
  signal.addEventListener('abort', gone, { once: true })
  signal.removeEventListener('abort', gone)
  signal.addEventListener('abort', () => signal.removeEventListener('abort', takenAway), { once: true })
  signal.addEventListener('abort', () => signal.addEventListener('abort', takenAway), { once: true })
  signal.addEventListener('abort', takenAway, { once: true })
  signal.throwIfAborted()
  lines.push(signal.aborted, signal.reason)
  controller.abort('because')
  controller.abort('again')
  signal.addEventListener('abort', gone)
  lines.push(signal.aborted, signal.reason)
  try {
    signal.throwIfAborted()
  } catch (error) {
    lines.push(error)
  }
  return lines
}

describe('The AbortController of the search', () => {
  test('does what the platform’s does, as far as the product asks for it', () => {
    expect(told(Light as unknown as typeof AbortController)).toEqual(told(AbortController))
    expect(told(AbortController)).toContain('added twice, called once')
  })

  test.each([[undefined], [new Error('late')], ['text']])('aborts with the same reason: %s', reason => {
    const [light, heavy] = [new Light(), new AbortController()]
    light.abort(reason)
    heavy.abort(reason)
    expect(light.signal.reason).toEqual(heavy.signal.reason)
    expect((light.signal.reason as Error).name).toBe((heavy.signal.reason as Error).name)
  })
})
