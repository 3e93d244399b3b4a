import { BirdWatchError, SimulatedClock } from '@birdwatch/core'
import { describe, expect, it, vi } from 'vitest'
import { signal, silent } from '../../test/support/plugins.js'
import { Health } from './health.js'

describe('The check of a provider', () => {
  it('is repeated until it is reached, and says so both times', async () => {
    const clock = new SimulatedClock()
    let reachable = false
    const check = async () => {
      if (!reachable) throw new BirdWatchError('METRIC_UNREACHABLE', 'connection refused')
    }
    const changed = vi.fn()
    const health = new Health({ clock, logger: silent, changed })
    const done = health.watch([{ kind: 'provider', name: 'a', check }], signal())
    await clock.advance(1000)
    expect(health.troubleOf('provider', 'a')).toEqual({ unmade: false, message: 'connection refused' })
    reachable = true
    await clock.advance(5000)
    await done
    expect(health.troubleOf('provider', 'a')).toBeUndefined()
    expect(changed.mock.calls).toEqual([
      [expect.objectContaining({ name: 'a' }), 'connection refused'],
      [expect.objectContaining({ name: 'a' }), undefined],
    ])
  })
})
