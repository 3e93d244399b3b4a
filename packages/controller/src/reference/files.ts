import { chartYaml, readmeWithValues, valuesSchemaJson, valuesYaml } from '../chart/files.js'
import { crdYaml } from '../resource/crd.js'
import { messagesPage } from './messages.js'
import { metricsPage } from './metrics.js'
import { referencePage } from './reference.js'

/**
 * Everything that is generated from the sources of the controller: each file, from the root of the project, and its text.
 * It is given the text that is there, for files of which only a part is generated.
 */
export const generatedFiles: Readonly<Record<string, (found: string) => string>> = {
  'helm/Chart.yaml': chartYaml,
  'helm/README.md': readmeWithValues,
  'helm/files/crd.yaml': crdYaml,
  'helm/values.schema.json': valuesSchemaJson,
  'helm/values.yaml': valuesYaml,
  'docs/reference.md': referencePage,
  'docs/messages.md': messagesPage,
  'docs/metrics.md': metricsPage,
}
