import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { crdYaml } from '../src/resource/crd.js'

it('The CRD that is shipped is the one that is generated; if not, run `pnpm generate` in packages/controller', () => {
  const shipped = readFileSync(new URL('../../../helm/crds/birdwatches.otomato.link.yaml', import.meta.url), 'utf8')
  expect(shipped).toBe(crdYaml())
})
