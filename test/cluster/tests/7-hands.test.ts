import { describe, expect } from 'vitest'
import type { App, PatchOperation } from '../src/index.js'
import { test } from './support/product.js'
import { atLeast, canaryWeight, untilWeight, versions, virtualService } from './support/routes.js'
import { untilAsked } from './support/telemetry.js'

const pinned = {
  name: 'pinned',
  match: [{ uri: { prefix: '/admin' } }],
  route: [{ destination: { host: 'aleph', subset: 'production' } }],
}
const elsewhere = {
  name: 'elsewhere',
  match: [{ uri: { prefix: '/other' } }],
  route: [{ destination: { host: 'other' } }],
}
const guest = { destination: { host: 'other' }, weight: 10 }

/** Somebody else's edit, by a tool of that name. */
const edit = (app: App, tool: string, operations: PatchOperation[]) =>
  app.environment.api.patch(app.virtualService, operations, { fieldManager: tool })

const shift = (app: App, weight: number) =>
  edit(app, 'argocd-controller', [
    { op: 'replace', path: '/spec/http/0/route/0/weight', value: 100 - weight },
    { op: 'replace', path: '/spec/http/0/route/1/weight', value: weight },
  ])

/** `subset` 0 is production, 1 the canary. */
const relabel = (app: App, subset: number, version: string) =>
  app.environment.api.patch(
    app.destinationRule,
    [{ op: 'replace', path: `/spec/subsets/${subset}/labels/version`, value: version }],
    { fieldManager: 'flux' },
  )

describe('What somebody else adds to a VirtualService in the middle of a rollout', () => {
  test('survives untouched: a label, a timeout, other routes and another destination', async ({ deploy, product }) => {
    const [app] = await Promise.all([deploy(), deploy({ name: 'other', versions: { v01: {} } })])
    await product.start()
    const load = app.load(50)
    const birdWatch = await product.watch(app)
    await birdWatch.reaches(30)

    await edit(app, 'kubectl-patch', [
      { op: 'add', path: '/metadata/labels', value: { team: 'checkout' } },
      { op: 'add', path: '/spec/http/0/timeout', value: '7s' },
      { op: 'add', path: '/spec/http/0/route/-', value: guest },
      { op: 'add', path: '/spec/http/0', value: pinned },
      { op: 'add', path: '/spec/http/0', value: elsewhere },
    ])

    await birdWatch.phase('Promoted')
    const { metadata, spec } = await virtualService(app)
    const destination = (subset: string, weight: number) => ({ destination: { host: 'aleph', subset }, weight })
    const route = [destination('production', 100), destination('canary', 0), guest]
    expect(spec.http).toEqual([elsewhere, pinned, { name: 'primary', timeout: '7s', route }])
    expect(metadata.labels).toEqual({ team: 'checkout' })
    const told = (await birdWatch.events()).map(({ reason }) => reason)
    expect(told).not.toContain('PausedForeign')
    await load.stop()
    expect(load.failed).toBe(0)
  })
})

describe('Weights that somebody else writes', () => {
  test('stop every write of ours and name the last writer; `resume` adopts them', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    app.load(50)
    const birdWatch = await product.watch(app)
    await birdWatch.reaches(30)
    await shift(app, 25)

    const { message } = await birdWatch.phase('Paused')
    const mark = await environment.audit.mark()
    await untilAsked(controller, 3)

    expect(message).toContain('found weight 25 %')
    expect(message).toContain('argocd-controller')
    await expect(birdWatch.condition('InSync')).resolves.toMatchObject({ status: 'False', reason: 'PausedForeign' })
    const ours = { user: product.identity.user, verb: 'patch', resource: ['virtualservices', 'destinationrules'] }
    await expect(environment.audit.since(mark, ours)).resolves.toEqual([])
    await expect(canaryWeight(app)).resolves.toBe(25)

    await birdWatch.command('resume')

    expect((await untilWeight(app, atLeast(35))) % 10).toBe(5)
    await expect(birdWatch.condition('InSync')).resolves.toMatchObject({ status: 'True' })
  })

  test('are gone back from by `abort`', async ({ environment, deploy, product }) => {
    const app = await deploy()
    await product.start()
    const birdWatch = await product.watch(app)
    await birdWatch.reaches(20)
    await shift(app, 77)
    await birdWatch.phase('Paused')

    await birdWatch.command('abort')

    await birdWatch.phase('RolledBack')
    await environment.mesh.waitForWeights(app.spec.host, { production: 100 })
  })
})

describe('A version label that somebody else writes', () => {
  test('pauses the rollout; `resume` is refused until the label is as it was', async ({ deploy, product }) => {
    const app = await deploy({ versions: { v03: {}, v04: {}, v05: {} }, canary: 'v04' })
    await product.start()
    const birdWatch = await product.watch(app)
    await birdWatch.reaches(20)
    await relabel(app, 1, 'v05')

    const { message, weight = 0 } = await birdWatch.phase('Paused')
    expect(message).toContain('v03/v05')
    expect(message).toContain('flux')
    await birdWatch.command('resume')
    const refused = await birdWatch.until('the refusal', ({ last_command }) => last_command?.refused !== undefined)

    expect(refused.phase).toBe('Paused')
    expect(refused.last_command?.refused).toContain('v05')
    await birdWatch.taken()
    await relabel(app, 1, 'v04')
    await birdWatch.command('resume')
    await birdWatch.reaches(weight + 10)
  })

  test('of production pauses it too, and `abort` takes all traffic from the canary', async ({ deploy, product }) => {
    const app = await deploy({ versions: { v02: {}, v03: {}, v04: {} }, production: 'v03' })
    await product.start()
    const birdWatch = await product.watch(app)
    await birdWatch.reaches(20)
    await relabel(app, 0, 'v02')

    const { message } = await birdWatch.phase('Paused')
    expect(message).toContain('v02/v04')
    await birdWatch.command('abort')

    await birdWatch.phase('RolledBack')
    await expect(canaryWeight(app)).resolves.toBe(0)
    await expect(versions(app)).resolves.toEqual({ production: 'v02', canary: 'v04' })
  })
})
