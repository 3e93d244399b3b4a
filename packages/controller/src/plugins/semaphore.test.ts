import { describe, expect, it } from 'vitest'
import { signal } from '../../test/support/plugins.js'
import { Semaphore } from './semaphore.js'

describe('A semaphore', () => {
  it('takes who gives up waiting out of the line', async () => {
    const places = new Semaphore(1)
    let resolve = () => {}
    const promise = new Promise<void>(done => {
      resolve = done
    })
    const holder = places.run(signal(), () => promise)
    const abort = new AbortController()
    const impatient = places.run(abort.signal, async () => 'ran')
    const patient = places.run(signal(), async () => 'ran')
    abort.abort(new Error('enough'))
    await expect(impatient).rejects.toThrow('enough')
    resolve()
    await holder
    expect(await patient).toBe('ran')
  })
})
