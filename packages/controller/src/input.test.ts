import { describe, expect, it } from 'vitest'
import { instance, provider, silent } from '../test/support/plugins.js'
import { birdWatch, rolloutState, seedSpec } from '../test/support/samples.js'
import { inputOf } from './input.js'
import { Providers } from './plugins/providers.js'

const providers = new Providers([{ instance: instance('prometheus'), provider: provider() }], { logger: silent })
const input = (spec: object, phase?: 'Progressing' | 'Promoted') =>
  inputOf({
    resource: birdWatch('aleph', { spec }),
    state: phase === undefined ? undefined : rolloutState({ phase }),
    rivals: [],
    providers,
  })

describe('What a BirdWatch asks for', () => {
  it('is its policy, and the target that its service, version and subsets name', () => {
    const { policy, target, deleting } = input({ ...seedSpec, subsets: { canary: 'next' } })
    expect(policy).toHaveProperty('rules')
    expect(deleting).toBe(false)
    expect(target).toEqual({
      name: 'shop/aleph',
      service: 'aleph',
      canaryVersion: 'v04',
      ref: {
        namespace: 'shop',
        service: 'aleph',
        canaryVersion: 'v04',
        subsets: { production: 'production', canary: 'next' },
      },
    })
  })

  it('of a provider that is not configured is refused', () => {
    expect(input({ ...seedSpec, provider: 'datadog' }).policy).toMatchObject({ refused: { field: 'provider' } })
  })

  it('by a spec that can not be used leaves a rollout in progress at its target', () => {
    const { policy, target } = input({ ...seedSpec, canary_version: 'v05', increment: 0 }, 'Progressing')
    expect(policy).toHaveProperty('refused')
    expect(target.canaryVersion).toBe('v04')
  })

  it('by a spec that can not be used is a new target once the rollout has ended, so that people are told', () => {
    expect(input({ ...seedSpec, canary_version: 'v05', increment: 0 }, 'Promoted').target.canaryVersion).toBe('v05')
  })

  it('by a spec without anything usable still has a target', () => {
    expect(input({ service: 5 }).target).toMatchObject({ service: '', canaryVersion: '' })
  })
})
