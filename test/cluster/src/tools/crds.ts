import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { dataFile } from '../paths.js'
import type { ToolSource } from './cache.js'
import { istiodDependency, moduleAt } from './go.js'

/** Istio's CRDs, of the version istiod is built with, as a JSON array: parsing a megabyte of YAML takes long. */
export const istioCrds = (): ToolSource => ({
  name: 'istio-crds',
  cost: 'download, seconds',
  determinedBy: [readFileSync(dataFile('go/istiod/go.sum'), 'utf8')],
  async provide(directory) {
    const source = join(await istiodDependency('istio.io/api'), 'kubernetes/customresourcedefinitions.gen.yaml')
    await asJson([source], directory)
  },
})

const operator = {
  version: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
  sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
}

/** The CRDs of the Prometheus operator that the chart has objects of, as a JSON array. */
export const operatorCrds = (): ToolSource => ({
  name: 'operator-crds',
  cost: 'download, seconds',
  determinedBy: Object.values(operator),
  async provide(directory) {
    const sources = join(await moduleAt(operator.version, operator.sum), 'example/prometheus-operator-crd')
    const kinds = ['servicemonitors', 'prometheusrules']
    await asJson(
      kinds.map(kind => join(sources, `monitoring.coreos.com_${kind}.yaml`)),
      directory,
    )
  },
})

async function asJson(files: readonly string[], directory: string): Promise<void> {
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')))
  const documents = texts.flatMap(text => parseAllDocuments(text).map(document => document.toJS() as unknown))
  await writeFile(join(directory, 'crds.json'), JSON.stringify(documents.filter(Boolean)))
}
