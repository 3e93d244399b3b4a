import { describe, expect } from 'vitest'
import type { App, Environment, KubeObject } from '../src/index.js'
import type { BirdWatch } from './support/birdwatch.js'
import { type Product, test } from './support/product.js'
import { canaryWeight, type VirtualService, virtualService } from './support/routes.js'

type Manifest = Pick<VirtualService, 'apiVersion' | 'kind' | 'spec'> & { metadata: { name: string; namespace: string } }

/** What stands in Git: no more of an object than a person would write. */
const written = ({ apiVersion, kind, metadata, spec }: VirtualService): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, namespace: String(metadata.namespace) },
  spec,
})

const clientSide = ['apply', '-f', '-']
const serverSide = (manager: string) => ['apply', '--server-side', `--field-manager=${manager}`, '-f', '-']
const forced = (manager: string) => [...serverSide(manager), '--force-conflicts']

const apply = ({ kubectl }: Environment, how: readonly string[], manifest: object) =>
  kubectl(how, { input: JSON.stringify(manifest) })

/** A rollout that waits at 30 %, and the manifest from Git with the weights 100 and 0. */
async function heldAt30(app: App, product: Product): Promise<{ birdWatch: BirdWatch; git: Manifest }> {
  const git = written(await virtualService(app))
  await product.start()
  const birdWatch = await product.watch(app, { traffic_limit: 30 })
  await birdWatch.phase('Holding')
  expect(await canaryWeight(app)).toBe(30)
  return { birdWatch, git }
}

/** It still moves weights: nothing has stopped it. */
async function goesOn(birdWatch: BirdWatch): Promise<void> {
  await birdWatch.edit({ traffic_limit: 50 })
  await birdWatch.reaches(50)
}

const without = ({ spec: { http: _, ...spec }, ...manifest }: Manifest) => ({ ...manifest, spec })

describe('The manifest from Git, applied in the middle of a rollout', () => {
  test('client-side replaces the weights: the rollout pauses and names kubectl', async ({ deploy, product }) => {
    const app = await deploy()
    const { birdWatch, git } = await heldAt30(app, product)

    await apply(app.environment, clientSide, git)

    const { message } = await birdWatch.phase('Paused')
    expect(message).toContain('found weight 0 %')
    expect(message).toContain('kubectl-client-side-apply')
  })

  test('server-side without force is refused, and the rollout goes on', async ({ deploy, product }) => {
    const app = await deploy()
    const { birdWatch, git } = await heldAt30(app, product)

    await expect(apply(app.environment, serverSide('argocd-controller'), git)).rejects.toMatchObject({
      stderr: expect.stringContaining('.spec.http'),
    })

    await goesOn(birdWatch)
  })

  test('server-side with force, as Flux does it, replaces the weights: the rollout pauses and names Flux', async ({
    deploy,
    product,
  }) => {
    const app = await deploy()
    const { birdWatch, git } = await heldAt30(app, product)

    await apply(app.environment, forced('kustomize-controller'), git)

    const { message } = await birdWatch.phase('Paused')
    expect(message).toContain('found weight 0 %')
    expect(message).toContain('kustomize-controller')
  })

  test('with the live weights filled in, as Argo CD does it when told to, changes nothing: the rollout goes on', async ({
    deploy,
    product,
  }) => {
    const app = await deploy()
    const { birdWatch } = await heldAt30(app, product)
    const live = written(await virtualService(app))

    await apply(app.environment, clientSide, live)
    await apply(app.environment, forced('argocd-controller'), live)

    await goesOn(birdWatch)
  })

  test('without its routes changes nothing once the weights were written by us: the rollout goes on', async ({
    deploy,
    product,
  }) => {
    const app = await deploy()
    await apply(app.environment, forced('kustomize-controller'), written(await virtualService(app)))
    const { birdWatch, git } = await heldAt30(app, product)

    await apply(app.environment, forced('kustomize-controller'), without(git))

    expect(await canaryWeight(app)).toBe(30)
    await goesOn(birdWatch)
  })
})

describe('A manifest without its routes', () => {
  test('deletes them when it is applied by the one manager that owns them', async ({ deploy, environment }) => {
    const app = await deploy()
    const git = written(await virtualService(app))
    const other = { ...git, metadata: { ...git.metadata, name: 'other' } }
    await apply(environment, forced('kustomize-controller'), other)

    await apply(environment, forced('kustomize-controller'), without(other))

    const { spec } = await environment.api.get<KubeObject & { spec: object }>({
      apiVersion: git.apiVersion,
      kind: git.kind,
      ...other.metadata,
    })
    expect(spec).not.toHaveProperty('http')
  })
})
