import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { dataFile } from '../paths.js'
import type { ToolSource } from './cache.js'
import { istiodDependency } from './go.js'

/** Istio's CRDs, of the version istiod is built with, as a JSON array: parsing a megabyte of YAML takes long. */
export const istioCrds = (): ToolSource => ({
  name: 'istio-crds',
  cost: 'download, seconds',
  determinedBy: [readFileSync(dataFile('go/istiod/go.sum'), 'utf8')],
  async provide(directory) {
    const source = join(await istiodDependency('istio.io/api'), 'kubernetes/customresourcedefinitions.gen.yaml')
    const documents = parseAllDocuments(await readFile(source, 'utf8')).map(document => document.toJS() as unknown)
    await writeFile(join(directory, 'crds.json'), JSON.stringify(documents.filter(Boolean)))
  },
})
