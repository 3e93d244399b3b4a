export type {
  Destination,
  DestinationRule,
  Kind,
  Kinds,
  ManagedFieldsEntry,
  ObjectMeta,
  ObjectRef,
  Objects,
  Operation,
  PatchOptions,
  Route,
  Subset,
  VirtualService,
  WeightedDestination,
} from './objects.js'
export { createIstioRouter, type IstioRouterOptions } from './router.js'
export { type SharedSubsetsOptions, type SubsetUse, sharedSubsets } from './shared-subsets.js'
export type { Labels } from './subsets.js'
export { type IstioTarget, type IstioTargetSpec, istioTarget } from './target.js'
