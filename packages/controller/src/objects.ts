import { isKubeError, type KubeObject } from '@birdwatch/kube'
import type { Kind, Kinds, ObjectRef, Objects } from '@birdwatch/router-istio'
import type { Collection } from './kube/collection.js'

export interface IstioCollections {
  readonly virtualServices: Pick<Collection<VirtualServiceObject, Kinds['VirtualService']>, CollectionMethods>
  readonly destinationRules: Pick<Collection<DestinationRuleObject, Kinds['DestinationRule']>, CollectionMethods>
}
type CollectionMethods = 'get' | 'read' | 'patch' | 'onChange'
export type VirtualServiceObject = Kinds['VirtualService'] & KubeObject
export type DestinationRuleObject = Kinds['DestinationRule'] & KubeObject

/** The router's way to the Kubernetes API: the controller's caches for reading, its client for writing. */
export function istioObjects({ virtualServices, destinationRules }: IstioCollections): Objects {
  const of = <K extends Kind>({ kind }: ObjectRef<K>) =>
    (kind === 'VirtualService' ? virtualServices : destinationRules) as IstioCollections['virtualServices']

  return {
    get: <K extends Kind>(ref: ObjectRef<K>) => of(ref).get(ref.namespace, ref.name) as Kinds[K] | undefined,
    async read<K extends Kind>(ref: ObjectRef<K>, signal: AbortSignal) {
      try {
        return (await of(ref).read(ref.namespace, ref.name, signal)) as Kinds[K]
      } catch (error) {
        if (isKubeError(error, 'KUBE_NOT_FOUND')) return undefined
        throw error
      }
    },
    patch: (ref, operations, options) => of(ref).patch(ref, operations, options),
    watch(ref, changed) {
      const wanted = `${ref.namespace}/${ref.name}`
      return of(ref).onChange(key => {
        if (key === wanted) changed()
      })
    },
  }
}
