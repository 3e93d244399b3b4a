import { dig, isObject } from '../../json.js'
import type { Draft, KubeObject } from '../object.js'

/** What `kubectl scale` sees of a Deployment. */
export function scaleOf(live: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = live.metadata
  const labels = (dig(live, 'spec', 'selector', 'matchLabels') ?? {}) as Record<string, string>
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: dig(live, 'spec', 'replicas') },
    status: { replicas: dig(live, 'status', 'replicas') ?? 0, selector: selector.join(',') },
  }
}

/** The Deployment with the replicas of a changed Scale. */
export function scaled(live: KubeObject, scale: Draft): Draft {
  const spec = isObject(live.spec) ? live.spec : {}
  const { resourceVersion } = scale.metadata
  const metadata = { ...live.metadata, ...(resourceVersion !== undefined && { resourceVersion }) }
  return { ...live, metadata, spec: { ...spec, replicas: dig(scale, 'spec', 'replicas') ?? 0 } }
}
