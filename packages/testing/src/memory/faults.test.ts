import { BirdWatchError, codeOf, SimulatedClock } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { type Fault, type FaultOptions, Faults } from './faults.js'

type Operation = 'read' | 'write'

function harness(options: FaultOptions<Operation> = {}) {
  const done: string[] = []
  const faults = new Faults<Operation>(
    {
      refused: operation => new BirdWatchError('TRAFFIC_REFUSED', `${operation} refused`),
      unanswered: operation => new BirdWatchError('TRAFFIC_UNREACHABLE', `${operation} unanswered`),
    },
    options,
  )
  const call = (operation: Operation = 'write', signal?: AbortSignal) =>
    faults.pass(operation, signal, () => {
      done.push(operation)
      return 'answer'
    })
  return { done, call, fault: (fault: Fault, times?: number) => faults.script('write', fault, times) }
}

describe('A call of an in-memory port', () => {
  it('is done and answered when no fault is scripted.', async () => {
    const { call, done } = harness()

    expect(await call()).toBe('answer')
    expect(done).toEqual(['write'])
  })

  it('is not done when its signal is aborted already.', async () => {
    const { call, done } = harness()

    await expect(call('write', AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
    expect(done).toEqual([])
  })

  it('refused: is answered with an error, and not done.', async () => {
    const { call, done, fault } = harness()
    fault({ kind: 'refuse' })

    await expect(call()).rejects.toMatchObject({ code: 'TRAFFIC_REFUSED' })
    expect(done).toEqual([])
  })

  it('refused with an error of the script: rejects with that one.', async () => {
    const { call, fault } = harness()
    const error = new Error('admission webhook')
    fault({ kind: 'refuse', error })

    await expect(call()).rejects.toBe(error)
  })

  it('lost after it arrived: is done, and not answered.', async () => {
    const { call, done, fault } = harness()
    fault({ kind: 'lose' })

    await expect(call()).rejects.toMatchObject({ code: 'TRAFFIC_UNREACHABLE' })
    expect(done).toEqual(['write'])
  })

  it('dropped on the way: is neither done nor answered.', async () => {
    const { call, done, fault } = harness()
    fault({ kind: 'drop' })

    await expect(call()).rejects.toMatchObject({ code: 'TRAFFIC_UNREACHABLE' })
    expect(done).toEqual([])
  })

  it('late: is given up at once, and done when its time has come.', async () => {
    const clock = new SimulatedClock()
    const { call, done, fault } = harness({ clock })
    fault({ kind: 'late', ms: 500 })

    const error = await call().catch((e: unknown) => e)
    await clock.advance(499)
    const before = [...done]
    await clock.advance(1)

    expect(codeOf(error)).toBe('TRAFFIC_UNREACHABLE')
    expect(before).toEqual([])
    expect(done).toEqual(['write'])
  })

  it('delayed: is done and answered when its time has come.', async () => {
    const clock = new SimulatedClock()
    const { call, done, fault } = harness({ clock })
    fault({ kind: 'delay', ms: 500 })

    const answer = call()
    await clock.advance(500)

    expect(await answer).toBe('answer')
    expect(done).toEqual(['write'])
  })

  it('delayed and aborted: is not done.', async () => {
    const clock = new SimulatedClock()
    const { call, done, fault } = harness({ clock })
    const controller = new AbortController()
    fault({ kind: 'delay', ms: 500 })

    const answer = call('write', controller.signal)
    controller.abort(new Error('stop'))
    await expect(answer).rejects.toThrow('stop')
    await clock.advance(500)

    expect(done).toEqual([])
  })

  it('hanging: rejects only when it is aborted.', async () => {
    const { call, done, fault } = harness()
    const controller = new AbortController()
    fault({ kind: 'hang' })

    const answer = call('write', controller.signal)
    controller.abort(new Error('stop'))

    await expect(answer).rejects.toThrow('stop')
    expect(done).toEqual([])
  })

  it('asks for a clock when its fault takes time and there is none.', async () => {
    const { call, fault } = harness()
    fault({ kind: 'delay', ms: 500 })

    await expect(call()).rejects.toThrow('clock')
  })
})

describe('Scripted faults', () => {
  it('befall the next calls of their operation, as many as said, and no other.', async () => {
    const { call, fault } = harness()
    fault({ kind: 'drop' }, 2)

    const outcomes = await Promise.allSettled([call('read'), call(), call(), call()])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  })

  it('come in the order in which they were scripted.', async () => {
    const { call, fault } = harness()
    fault({ kind: 'drop' })
    fault({ kind: 'refuse' })

    const errors = [await call().catch(codeOf), await call().catch(codeOf)]

    expect(errors).toEqual(['TRAFFIC_UNREACHABLE', 'TRAFFIC_REFUSED'])
  })

  it('go before the plan, which is asked call by call.', async () => {
    const asked: Operation[] = []
    const plan = (operation: Operation): Fault | undefined => {
      asked.push(operation)
      return operation === 'read' ? { kind: 'drop' } : undefined
    }
    const { call, fault } = harness({ plan })
    fault({ kind: 'refuse' })

    const outcomes = await Promise.allSettled([call(), call(), call('read')])

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    expect(asked).toEqual(['write', 'read'])
  })
})
