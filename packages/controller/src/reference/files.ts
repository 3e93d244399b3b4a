import { crdYaml } from '../resource/crd.js'
import { metricsPage } from './metrics.js'

/** Everything that is generated from the sources of the controller: each file, from the root of the project, and its text. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'helm/crds/birdwatches.otomato.link.yaml': crdYaml,
  'docs/metrics.md': metricsPage,
}
