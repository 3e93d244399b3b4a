import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Api } from '../api/client.js'
import { type KubeObject, refTo } from '../api/objects.js'
import { dataFile } from '../paths.js'
import { waitFor } from '../wait.js'
import type { Layout } from './layout.js'

interface CustomResourceDefinition extends KubeObject {
  status?: { conditions?: { type: string; status: string }[] }
}

/** What istiod expects to find, and what the proxies must get with their first configuration. */
export async function setUpMesh(api: Api, layout: Layout): Promise<void> {
  const crds = JSON.parse(await readFile(layout.tools.istioCrds, 'utf8')) as CustomResourceDefinition[]
  await Promise.all(crds.map(crd => api.apply(crd)))
  await Promise.all(crds.map(crd => established(api, crd)))
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } })
  await api.apply(parse(await readFile(dataFile('manifests/telemetry.yaml'), 'utf8')) as KubeObject)
  await api.apply(parse(await readFile(dataFile('manifests/client-scope.yaml'), 'utf8')) as KubeObject)
}

/** Resolves when objects of the new kind can be written. */
export const established = (api: Api, crd: KubeObject) =>
  waitFor(`CustomResourceDefinition ${crd.metadata.name}`, async () => {
    const { status } = await api.get<CustomResourceDefinition>(refTo(crd))
    return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')
  })
