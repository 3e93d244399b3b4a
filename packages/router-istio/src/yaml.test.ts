import { describe, expect, test } from 'vitest'
import { target } from '../test/fixtures.js'
import { istioTarget } from './target.js'
import { destinationRuleYaml, destinationsYaml, virtualServiceYaml } from './yaml.js'

test('The VirtualService to paste gives everything to production.', () => {
  expect(virtualServiceYaml(target, 'aleph')).toBe(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: aleph, namespace: default}
spec:
  hosts: [aleph]
  http:
  - route:
    - {destination: {host: aleph, subset: production}, weight: 100}
    - {destination: {host: aleph, subset: canary}, weight: 0}`)
})

test('The DestinationRule to paste names the version of the canary and asks for the one of production.', () => {
  expect(destinationRuleYaml(target)).toBe(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: aleph, namespace: default}
spec:
  host: aleph
  subsets:
  - {name: production, labels: {version: REPLACE}} # the version that serves now
  - {name: canary, labels: {version: v04}}`)
})

describe('quoting', () => {
  const versioned = (canaryVersion: string) => destinationRuleYaml(istioTarget({ ...target, canaryVersion }))

  test.each([['1.10'], ['04'], ['on'], ['null'], ['1e3'], ['V4: x'], ['v4: x']])(
    'The version %j stays a text in YAML.',
    version => {
      expect(versioned(version)).toContain(`{version: ${JSON.stringify(version)}}`)
    },
  )

  test.each([['v1.10'], ['v04'], ['main-3f2a'], ['online']])('The version %j needs no quotes.', version => {
    expect(versioned(version)).toContain(`{version: ${version}}`)
  })

  test('A host and the subsets are quoted by the same rule.', () => {
    const yaml = destinationsYaml(istioTarget({ ...target, subsets: { canary: 'y' } }), '*.example')
    expect(yaml).toContain('{host: "*.example", subset: "y"}')
  })
})
