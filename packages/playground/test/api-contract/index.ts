import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { deleting } from './deleting.js'
import { discovering } from './discovering.js'
import { kiteCrd, Space } from './fixtures.js'
import { owning } from './owning.js'
import { patching } from './patching.js'
import { Api, type Peer } from './peer.js'
import { reading } from './reading.js'
import { validating } from './validating.js'
import { watching } from './watching.js'
import { writing } from './writing.js'

export { apiDifferential } from './differential.js'
export type { Peer } from './peer.js'

/** What a part of the contract works with; the namespace is new for every test. */
export interface Context {
  api: Api
  space: Space
}

/**
 * The contract of the Kubernetes API as far as the playground's stands in for it: the same on both, or one of them is
 * not what it says. `start` brings up the server, on which Istio's resources are served; what it returns is used for all.
 */
export function apiContract(name: string, start: () => Promise<Peer>): void {
  describe(`the Kubernetes API, as ${name}`, () => {
    const context = {} as Context
    beforeAll(async () => {
      const peer = await start()
      await peer.install(kiteCrd)
      context.api = new Api(peer)
    })
    beforeEach(async () => {
      context.space = await Space.create(context.api)
    })
    afterAll(() => context.api?.close())

    describe('discovery', () => discovering(context))
    describe('reading', () => reading(context))
    describe('writing', () => writing(context))
    describe('patching', () => patching(context))
    describe('validation', () => validating(context))
    describe('ownership', () => owning(context))
    describe('watching', () => watching(context))
    describe('deleting', () => deleting(context))
  })
}
