import { anything, type Schema } from '../schema/schema.js'
import { type PrinterColumn, printerColumns } from './columns.js'
import { objectSchema } from './metadata.js'
import { type Resource, resource } from './resource.js'

const text: Schema = { type: 'string' }
const list = (items: Schema): Schema => ({ type: 'array', items })
const map = (additionalProperties: Schema): Schema => ({ type: 'object', additionalProperties })
/** An object of which these fields are checked, and all others kept as they are. */
const object = (properties: Readonly<Record<string, Schema>> = {}): Schema => ({ ...anything, properties })

const stringMatch = object({ exact: text, prefix: text, regex: text })

const match = object({
  name: text,
  uri: stringMatch,
  method: stringMatch,
  headers: map(stringMatch),
  ignoreUriCase: { type: 'boolean' },
})

const weightedDestination = object({
  destination: object({ host: text, subset: text }),
  weight: { type: 'integer' },
})

const virtualService = object({
  hosts: list(text),
  gateways: list(text),
  http: list(object({ name: text, match: list(match), route: list(weightedDestination), timeout: text })),
})

const destinationRule = object({ host: text, subsets: list(object({ name: text, labels: map(text) })) })

/**
 * A kind of `networking.istio.io`. The types of the fields that the mesh reads are checked; Istio's real schemas check
 * more. Their lists have no keys, so that managedFields knows `spec.http` as a whole only; it is the same here.
 */
function istio(kind: string, shortName: string, spec: Schema, ...columns: PrinterColumn[]): Resource {
  return resource({
    group: 'networking.istio.io',
    versions: ['v1', 'v1beta1', 'v1alpha3'],
    kind,
    plural: `${kind.toLowerCase()}s`,
    shortNames: [shortName],
    categories: ['istio-io', 'networking-istio-io'],
    custom: true,
    counted: true,
    subresources: ['status'],
    schema: objectSchema({ spec, status: anything }),
    columns: printerColumns([...columns, { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }]),
  })
}

const shown = (name: string, jsonPath: string): PrinterColumn => ({ name, type: 'string', jsonPath })

export const istioResources: readonly Resource[] = [
  istio('VirtualService', 'vs', virtualService, shown('Gateways', '.spec.gateways'), shown('Hosts', '.spec.hosts')),
  istio('DestinationRule', 'dr', destinationRule, shown('Host', '.spec.host')),
  istio('Gateway', 'gw', object()),
]
