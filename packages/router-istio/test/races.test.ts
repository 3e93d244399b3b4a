import { codeOf } from '@birdwatch/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PatchOperation } from '../../../test/support/json-patch.js'
import type { VirtualService } from '../src/objects.js'
import { createWorld, splitting, target, virtualService, virtualServiceRef, type World, weightsTo } from './fixtures.js'
import { shares, withoutOurWeights } from './oracle.js'

/**
 * The router beside people who edit the same VirtualService at any moment: before its cache hears of it, or just before
 * its patch arrives. Whatever the order, a shift never writes over weights that it was not planned on (nor over those that somebody has set back), a rollback
 * always ends at 0, and nobody's edit is lost.
 */

type Edit = { kind: 'weights'; canary: number } | { kind: 'rename'; name: string } | { kind: 'route first' }
type Step =
  | { kind: 'observe' | 'lag' | 'deliver' | 'rollback' }
  | { kind: 'shift'; weight: number }
  | { kind: 'edit' | 'edit during the next patch'; edit: Edit }

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('weights' as const), canary: fc.integer({ min: 0, max: 100 }) }),
  fc.record({ kind: fc.constant('rename' as const), name: fc.constantFrom('a', 'b', 'c') }),
  fc.constant({ kind: 'route first' as const }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('observe' as const, 'lag' as const, 'deliver' as const, 'rollback' as const) }),
  fc.record({ kind: fc.constant('shift' as const), weight: fc.integer({ min: 0, max: 100 }) }),
  fc.record({ kind: fc.constantFrom('edit' as const, 'edit during the next patch' as const), edit }),
)

/** An edit of the splitting route, which is always the last one. */
function operationsOf(change: Edit, { api }: World): readonly PatchOperation[] {
  const place = (api.peek(virtualServiceRef).spec?.http?.length ?? 1) - 1
  if (change.kind === 'weights') return weightsTo(100 - change.canary, change.canary, place)
  if (change.kind === 'rename') return [{ op: 'add', path: `/spec/http/${place}/name`, value: change.name }]
  return [{ op: 'add', path: '/spec/http/0', value: { route: [{ destination: { host: 'beth' }, weight: 3 }] } }]
}

interface Run {
  readonly world: World
  readonly pending: Edit[]
  token?: string
}

async function perform(run: Run, { kind, ...details }: Step): Promise<void> {
  const { world, pending } = run
  const { api, router, signal } = world
  if (kind === 'observe') {
    const traffic = await router.observe(target, { signal })
    if ('token' in traffic && traffic.token !== undefined) run.token = traffic.token
  }
  if (kind === 'lag') api.lagging = true
  if (kind === 'deliver') api.deliver()
  if (kind === 'edit' && 'edit' in details) api.edit(virtualServiceRef, operationsOf(details.edit, world))
  if (kind === 'edit during the next patch' && 'edit' in details) pending.push(details.edit)
  if (kind === 'rollback') {
    await router.rollback(target, { signal })
    expect(world.weights().at(-1)).toEqual([100, 0])
  }
  if (kind === 'shift' && 'weight' in details && run.token !== undefined) await shift(run, details.weight, run.token)
}

async function shift({ world }: Run, weight: number, token: string): Promise<void> {
  const { api, router, signal } = world
  const from = api.writes.length
  const outcome = await router.shift(target, weight, { token, signal }).then(
    () => 'done',
    error => codeOf(error),
  )
  expect(['done', 'TRAFFIC_STALE']).toContain(outcome)
  const ours = api.writes.slice(from).filter(({ manager }) => manager === 'birdwatch')
  for (const { before } of ours) {
    const { metadata, spec } = before as VirtualService
    // It may have been seen before the last edit, if that was of anything else, and not earlier.
    const seen = [0, 1].map(edits => ({
      spec,
      metadata: { ...metadata, generation: (metadata.generation ?? 0) - edits },
    }))
    expect(seen.map(tokenOf)).toContain(token)
  }
}

function tokenOf(service: VirtualService): string {
  const weights = shares(service).map(({ production, canary }) => `${production}:${canary}`)
  return `${['v03/v04', ...weights].join(' ')} in generation ${service.metadata.generation}`
}

test('Among people who edit at any moment, people win over shifts, rollbacks win over people, and no edit is lost.', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      const world = createWorld({ virtualService: virtualService({ http: [splitting(100, 0)] }) })
      const run: Run = { world, pending: [] }
      world.api.gate = ({ verb }) => {
        const change = verb === 'patch' ? run.pending.shift() : undefined
        if (change) world.api.edit(virtualServiceRef, operationsOf(change, world))
      }
      for (const each of steps) await perform(run, each)
      const ours = world.api.writes.filter(({ manager }) => manager === 'birdwatch')
      for (const { before, after } of ours) {
        expect(stripped(after)).toEqual(stripped(before))
        expect(shares(after as VirtualService).map(({ all }) => all.reduce((a, b) => a + b, 0))).toEqual([100])
      }
    }),
    { numRuns: 300 },
  )
})

/** What our write must leave as it is; the API server itself counts and names the writer. */
function stripped(object: unknown): unknown {
  const service = object as VirtualService
  const { managedFields: _, generation: __, ...metadata } = service.metadata
  return withoutOurWeights({ ...service, metadata })
}
