import { describe, expect } from 'vitest'
import { ApiError, type App } from '../src/index.js'
import { badBirdWatches } from './support/bad-birdwatches.js'
import { apiVersion, kind } from './support/birdwatch.js'
import { figure } from './support/figures.js'
import { hurried, type Product, test } from './support/product.js'
import { httpOf } from './support/telemetry.js'

type Outcome = { by: 'API server' | 'controller' | 'nobody'; text: string }

/** What becomes of a BirdWatch: refused when it is written, or Invalid afterwards. */
async function submit(product: Product, spec: object): Promise<Outcome> {
  const { environment, namespace } = product
  const name = 'bad'
  const birdWatch = product.birdWatch(name)
  try {
    await environment.api.create({ apiVersion, kind, metadata: { namespace, name }, spec } as never)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error
    return { by: 'API server', text: `${error.message} ${JSON.stringify(error.details)}` }
  }
  const { phase, message = '' } = await birdWatch.until('a verdict', ({ phase }) => phase !== undefined)
  await birdWatch.delete()
  return { by: phase === 'Invalid' ? 'controller' : 'nobody', text: message }
}

const isNamed = ({ by, text }: Outcome, field: string) => by !== 'nobody' && new RegExp(`\\b(${field})\\b`).test(text)

/** The rows that were not refused, or whose field the refusal does not name. */
async function unrefused(product: Product, app: App): Promise<(Outcome & { what: string })[]> {
  const found = []
  for (const { what, field, spec } of badBirdWatches) {
    const outcome = await submit(product, spec(hurried(app)))
    if (!isNamed(outcome, field)) found.push({ what, ...outcome })
  }
  return found
}

describe('Bad BirdWatches', () => {
  test('are all refused with the field named, and nothing is written to the mesh for any', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    const mark = await environment.audit.mark()

    const left = await unrefused(product, app)

    expect(left).toEqual([])
    figure(`${badBirdWatches.length} bad BirdWatches refused`)
    const mesh = { user: product.identity.user, resource: ['virtualservices', 'destinationrules'], verb: 'patch' }
    await expect(environment.audit.since(mark, mesh)).resolves.toEqual([])
    expect((await fetch(`${await httpOf(controller)}/livez`)).status).toBe(200)
    expect(controller.logs().filter(({ msg }) => msg === 'listening')).toHaveLength(1)
  })

  test('are refused by the controller alone where the API server checks nothing', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    await permitAnything(product)
    const mark = await environment.audit.mark()

    const left = await unrefused(product, app)

    expect(left).toEqual([])
    const mesh = { user: product.identity.user, resource: ['virtualservices', 'destinationrules'], verb: 'patch' }
    await expect(environment.audit.since(mark, mesh)).resolves.toEqual([])
    expect((await fetch(`${await httpOf(controller)}/livez`)).status).toBe(200)
    expect(controller.logs().filter(({ level }) => level === 'error')).toEqual([])
  })

  test('that misspell a field are refused by kubectl', async ({ deploy, product }) => {
    const app = await deploy()
    const birdWatch = product.birdWatch('aleph')

    const applied = birdWatch.apply({ ...hurried(app), trafic_limit: 10 })

    await expect(applied).rejects.toThrow('trafic_limit')
  })

  test('are not begun while another one has their service, which is named', async ({ deploy, product }) => {
    const app = await deploy()
    await product.start()
    const first = await product.watch(app)
    await first.reaches(10)

    const second = await product.birdWatch('second').apply({ ...hurried(app), canary_version: 'v05' })

    const { message } = await second.phase('Invalid')
    expect(message).toContain('aleph')
    await first.phase('Promoted')
  })
})

/** The CRD as it would be if it had no schema. The next test puts the right one back. */
async function permitAnything({ environment }: Product): Promise<void> {
  const ref = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'birdwatches.otomato.link',
  }
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await environment.api.patch(ref, [
    { op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: anything },
  ])
}
