import { anything } from '../schema/schema.js'
import { type PrinterColumn, printerColumns } from './columns.js'
import { objectSchema } from './metadata.js'
import { type Resource, resource } from './resource.js'

/**
 * A kind of `networking.istio.io`: every field is kept and none is checked. The lists of Istio's real schemas have no
 * keys either, so that managedFields knows `spec.http` as a whole only, as it does in a cluster.
 */
function istio(
  kind: string,
  plural: string,
  shortNames: readonly string[],
  columns: readonly PrinterColumn[],
): Resource {
  return resource({
    group: 'networking.istio.io',
    versions: ['v1', 'v1beta1', 'v1alpha3'],
    kind,
    plural,
    shortNames,
    categories: ['istio-io', 'networking-istio-io'],
    custom: true,
    counted: true,
    subresources: ['status'],
    schema: objectSchema({ spec: anything, status: anything }),
    columns: printerColumns([...columns, { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }]),
  })
}

export const istioResources: readonly Resource[] = [
  istio(
    'VirtualService',
    'virtualservices',
    ['vs'],
    [
      { name: 'Gateways', type: 'string', jsonPath: '.spec.gateways' },
      { name: 'Hosts', type: 'string', jsonPath: '.spec.hosts' },
    ],
  ),
  istio('DestinationRule', 'destinationrules', ['dr'], [{ name: 'Host', type: 'string', jsonPath: '.spec.host' }]),
  istio('Gateway', 'gateways', ['gw'], []),
]
