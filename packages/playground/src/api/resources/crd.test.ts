import { expect, test } from 'vitest'
import { kiteCrd } from '../../../test/api-contract/fixtures.js'
import { ApiMachine } from '../machine.js'
import type { Schema } from '../schema/schema.js'
import { resourceOfCrd } from './crd.js'

/** The definition with another schema of `spec`, or with other fields in its version. */
function crd(spec: Schema & Record<string, unknown>, version: object = {}): unknown {
  const [first] = kiteCrd.spec.versions
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } }
  return { ...kiteCrd, spec: { ...kiteCrd.spec, versions: [{ ...first, schema, ...version }] } }
}

const rule = (text: string) => ({ type: 'object' as const, 'x-kubernetes-validations': [{ rule: text }] })

test('makes a resource out of a definition', () => {
  expect(resourceOfCrd(kiteCrd)).toMatchObject({
    plural: 'kites',
    kind: 'Kite',
    versions: ['v1'],
    subresources: ['status'],
  })
})

test.each([
  ['an unknown keyword', crd({ type: 'object', oneOf: [] })],
  ['an unknown format', crd({ type: 'string', format: 'ipv4' })],
  ['a pattern that is not understood', crd({ type: 'string', pattern: '(?i)x' })],
  ['a rule that calls an unknown function', crd(rule('isURL(self.url)'))],
  ['a rule that is no expression', crd(rule('self.x =='))],
  [
    'a rule with a field that is not understood',
    crd({ type: 'object', 'x-kubernetes-validations': [{ rule: 'true', optionalOldSelf: true } as never] }),
  ],
  [
    'a column with a path that is not understood',
    crd({ type: 'object' }, { additionalPrinterColumns: [{ name: 'X', type: 'string', jsonPath: '.spec.x[*]' }] }),
  ],
  ['a subresource that is not served', crd({ type: 'object' }, { subresources: { scale: {} } })],
  ['no schema', crd({ type: 'object' }, { schema: undefined })],
  [
    'several versions',
    {
      ...kiteCrd,
      spec: { ...kiteCrd.spec, versions: [...kiteCrd.spec.versions, { ...kiteCrd.spec.versions[0], name: 'v2' }] },
    },
  ],
  ['another kind of object', { apiVersion: 'v1', kind: 'ConfigMap' }],
])('refuses a definition with %s', (_, definition) => {
  expect(() => resourceOfCrd(definition)).toThrow()
})

test('refuses what is served already', () => {
  const machine = new ApiMachine({ crds: [kiteCrd] })
  expect(() => machine.install(kiteCrd)).toThrow('served already')
})
