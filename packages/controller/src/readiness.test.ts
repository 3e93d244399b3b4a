import { describe, expect, it } from 'vitest'
import { deployment } from '../test/support/samples.js'
import { type Deployment, readinessOf, type Service } from './readiness.js'

const service: Service = { name: 'aleph', selector: { app: 'aleph' } }
const versions = { canaryVersion: 'v04', productionVersion: 'v03' }
const among = (deployments: Deployment[]) => (label: string) =>
  deployments.filter(({ podLabels }) => Object.entries(podLabels).some(([key, value]) => `${key}=${value}` === label))
const read = (deployments: Deployment[], changes: { service?: Service | string } = {}) =>
  readinessOf({ namespace: 'shop', service, labelled: among(deployments), ...changes }, versions)
const canary = (status: Partial<Deployment['status']>, changes: Partial<Deployment> = {}) =>
  read([deployment('v04', { status: { ...deployment('v04').status, ...status }, ...changes })]).canary

describe('A version', () => {
  it('is the Deployment whose pod template carries it and is selected by the Service', () => {
    expect(read([deployment('v03', { desired: 3 }), deployment('v04'), deployment('v05')])).toEqual({
      canary: { available: 2, desired: 2, failed: false },
      production: { available: 2, desired: 3, failed: false },
      revision: 'uid-v04:1',
    })
  })

  it('has all labels of the selector, whichever of them many others have as well', () => {
    const labelled = (name: string, podLabels: Record<string, string>) =>
      deployment('v04', { name, uid: name, podLabels: { version: 'v04', ...podLabels } })
    const deployments = [
      labelled('ours', { tier: 'web', app: 'aleph' }),
      labelled('beth', { tier: 'web', app: 'beth' }),
      labelled('gimel', { tier: 'web' }),
      labelled('batch', { app: 'aleph' }),
    ]
    for (const selector of [
      { tier: 'web', app: 'aleph' },
      { app: 'aleph', tier: 'web' },
    ])
      expect(read(deployments, { service: { name: 'aleph', selector } }).revision).toBe('ours:1')
  })

  it('of several Deployments counts as one, and all of them make its revision', () => {
    const zone = (name: string) => deployment('v04', { name, uid: name })
    expect(read([zone('west'), zone('east')])).toEqual({
      canary: { available: 4, desired: 4, failed: false },
      revision: 'east:1,west:1',
    })
  })

  it('is, where a router names none for production, everything else behind the Service', () => {
    const workloads = {
      namespace: 'shop',
      service,
      labelled: among([deployment('v02'), deployment('v03'), deployment('v04')]),
    }
    expect(readinessOf(workloads, { canaryVersion: 'v04' })).toMatchObject({
      canary: { available: 2, desired: 2 },
      production: { available: 4, desired: 4 },
    })
  })

  it('has another revision when its pods are deployed anew', () => {
    expect(read([deployment('v04', { revision: '2' })]).revision).not.toBe(read([deployment('v04')]).revision)
  })
})

describe('A version that is not found', () => {
  it('says which label and which Service were looked for', () => {
    expect(read([deployment('v03')]).looked).toBe(
      'no Deployment in shop whose pod template has version=v04 and is selected by Service aleph (app=aleph)',
    )
  })

  it('says which Deployment comes close, and what it lacks', () => {
    expect(read([deployment('v04', { podLabels: { version: 'v04' } })]).looked).toContain(
      'Deployment aleph-v04 has the version, but not app=aleph',
    )
  })

  it('says that a Service without a selector has nothing behind it', () => {
    expect(read([deployment('v04')], { service: { name: 'aleph', selector: {} } }).looked).toContain('has no selector')
  })

  it('says why there is no Service', () => {
    expect(read([deployment('v04')], { service: 'there is no Service aleph' })).toEqual({
      looked: 'there is no Service aleph',
    })
  })
})

describe('The availability of a Deployment', () => {
  it('is what its status says', () => {
    expect(canary({ available: 1 })).toEqual({ available: 1, desired: 2, failed: false })
  })

  it('is never whole while pods of an earlier template are replaced', () => {
    expect(canary({ replicas: 3, updated: 1, available: 3 })).toMatchObject({ available: 1, desired: 2 })
  })

  it('is never nothing while a pod of an earlier template serves', () => {
    expect(canary({ replicas: 2, updated: 0, available: 2 })?.available).toBe(1)
  })

  it('is nothing when no pod is available', () => {
    expect(canary({ available: 0 })?.available).toBe(0)
  })

  it('has failed when its progress deadline has passed', () => {
    expect(canary({ deadlineExceeded: true })?.failed).toBe(true)
  })

  it('has not failed by the word of a status about an earlier template', () => {
    expect(canary({ deadlineExceeded: true, observedGeneration: 1 }, { generation: 2 })?.failed).toBe(false)
  })
})
