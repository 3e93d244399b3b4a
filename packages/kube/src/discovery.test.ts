import { expect, test } from 'vitest'
import { caught } from '../test/caught.js'
import { answerJson, startServer } from '../test/server.js'
import { createClient } from './client/client.js'
import { discoverVersion } from './discovery.js'

const group = 'networking.istio.io'

async function startServing(versions: string[]) {
  const server = await startServer((request, response) => {
    const isKnown = request.url === `/apis/${group}` && versions.length > 0
    const body = {
      kind: 'APIGroup',
      versions: versions.map(version => ({ groupVersion: `${group}/${version}`, version })),
    }
    answerJson(response, isKnown ? body : { kind: 'Status' }, isKnown ? 200 : 404)
  })
  return { server, client: createClient({ server: server.url }) }
}

test('the first preferred version that is served is taken, whatever the server prefers', async () => {
  const { client } = await startServing(['v1', 'v1beta1', 'v1alpha3'])

  expect(await discoverVersion(client, group, ['v2', 'v1beta1', 'v1'])).toBe('v1beta1')
})

test('when only other versions are served it is KUBE_NOT_SERVED and names both sides', async () => {
  const { client } = await startServing(['v1alpha3'])

  const error = await caught(discoverVersion(client, group, ['v1', 'v1beta1']))

  expect(error.code).toBe('KUBE_NOT_SERVED')
  expect(error.message).toBe(
    'Expected API group networking.istio.io in one of v1, v1beta1; the server serves v1alpha3.',
  )
})

test('a group that the server does not know is KUBE_NOT_SERVED', async () => {
  const { client } = await startServing([])

  const error = await caught(discoverVersion(client, group, ['v1']))

  expect(error.code).toBe('KUBE_NOT_SERVED')
  expect(error.message).toContain('custom resource definitions')
})

test('a server that cannot be asked is the error of the request', async () => {
  const { server, client } = await startServing(['v1'])
  await server.stop()

  expect(await caught(discoverVersion(client, group, ['v1']))).toMatchObject({ code: 'KUBE_UNREACHABLE' })
})

test('a signal aborts the question', async () => {
  const { client } = await startServing(['v1'])

  const error = await caught(discoverVersion(client, group, ['v1'], { signal: AbortSignal.abort() }))

  expect(error.code).toBe('KUBE_ABORTED')
})
