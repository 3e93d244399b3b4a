import { SimulatedClock } from '@birdwatch/core'
import { expect, it, vi } from 'vitest'
import { Permissions, permissionsText } from './permissions.js'

const error =
  'patch … failed: User "birdwatch" cannot patch resource "virtualservices" in API group "networking.istio.io"'
const refused = {
  verb: 'patch',
  resource: 'virtualservices',
  namespace: 'shop',
  code: 'KUBE_FORBIDDEN',
  error,
} as const
const permitted = { ...refused, code: 'OK', error: undefined }

function permissions() {
  const [clock, changed] = [new SimulatedClock(), vi.fn()]
  return { clock, changed, permissions: new Permissions(clock, changed) }
}

it('A permission is missing from the first refusal until the same is permitted, in that namespace', () => {
  const { permissions: p, changed } = permissions()
  p.saw(refused)
  p.saw(refused)
  p.saw({ ...permitted, namespace: 'other' })
  expect(p.missing('shop')).toEqual([expect.objectContaining({ verb: 'patch', resource: 'virtualservices' })])
  expect(p.missing('other')).toEqual([])
  expect(changed).toHaveBeenCalledOnce()

  p.saw(permitted)
  expect(p.missing()).toEqual([])
  expect(changed).toHaveBeenCalledTimes(2)
})

it('What is missing in the whole cluster is missing in each namespace', () => {
  const { permissions: p } = permissions()
  p.saw({ ...refused, verb: 'list', namespace: '' })
  expect(p.missing('shop')).toHaveLength(1)
})

it('What an admission policy refuses is no missing permission', () => {
  const { permissions: p, changed } = permissions()
  p.saw({ ...refused, error: 'virtualservices "aleph" is forbidden: the policy "freeze" denied the request' })
  expect(p.missing()).toEqual([])
  expect(changed).not.toHaveBeenCalled()
})

it('What was not asked for again in ten minutes is forgotten', async () => {
  const { permissions: p, clock } = permissions()
  p.saw(refused)
  await clock.advance(600_001)
  expect(p.missing()).toEqual([])
})

it('Permissions are named as a rule names them, each once', () => {
  const { permissions: p } = permissions()
  p.saw({ ...refused, verb: 'replace', resource: 'leases' })
  p.saw(refused)
  p.saw({ ...refused, namespace: 'other' })
  expect(permissionsText(p.missing())).toBe('update leases, patch virtualservices')
})
