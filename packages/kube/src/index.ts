export { type Clock, systemClock } from './base/clock.js'
export { objectKey } from './cache/object-key.js'
export { Reflector, type ReflectorObserver, type ReflectorOptions } from './cache/reflector.js'
export { compareResourceVersions } from './cache/resource-version.js'
export { type ListedEntry, Store, type StoreListener, type StoreOptions } from './cache/store.js'
export { type ClientOptions, createClient } from './client/client.js'
export type { ConfigOptions } from './client/config.js'
export { type ResourceRef, resourcePath } from './client/path.js'
export type { Answer, Outgoing, Transport } from './client/transport.js'
export type {
  Client,
  DeleteOptions,
  KubeObject,
  ListOptions,
  ListResult,
  ObjectMeta,
  PatchOptions,
  Query,
  RequestOptions,
  Selection,
  WatchEvent,
  WatchEventType,
  WatchOptions,
  WriteOptions,
} from './client/types.js'
export { discoverVersion } from './discovery.js'
export {
  isKubeError,
  KubeError,
  type KubeErrorCode,
  type KubeErrorDetails,
  kubeErrors,
  type StatusCause,
} from './errors.js'
export { type Fence, LeaseElection, type LeaseElectionOptions } from './lease/lease-election.js'
export { WorkQueue, type WorkQueueObserver, type WorkQueueOptions } from './queue/work-queue.js'
