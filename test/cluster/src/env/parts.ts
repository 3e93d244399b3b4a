import { apiserver } from './apiserver.js'
import { controllerManager } from './controller-manager.js'
import { client, gateway } from './envoy.js'
import { etcd } from './etcd.js'
import { istiod } from './istiod.js'
import { kubelet } from './kubelet.js'
import type { PartName } from './layout.js'
import type { Part } from './part.js'
import { prometheus } from './prometheus.js'

export const parts: Record<PartName, Part> = {
  etcd,
  apiserver,
  'controller-manager': controllerManager,
  istiod,
  gateway,
  client,
  prometheus,
  kubelet,
}
