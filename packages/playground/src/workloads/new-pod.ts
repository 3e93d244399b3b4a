import { randomBytes } from 'node:crypto'
import type { KubeObject } from '../api/object.js'
import { dig, isObject } from '../json.js'
import { knobAnnotationsOf } from './knobs.js'
import { hashLabel, nodeName } from './names.js'
import { templateHash } from './plan.js'

/** A pod as the template of its Deployment wants it. It goes when the Deployment does. */
export function newPod(deployment: KubeObject): object {
  const { name, uid } = deployment.metadata
  const hash = templateHash(deployment)
  const { metadata, spec } = dig(deployment, 'spec', 'template') as {
    metadata?: KubeObject['metadata']
    spec?: unknown
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${hash}-${randomBytes(3).toString('hex')}`,
      labels: { ...metadata?.labels, [hashLabel]: hash },
      annotations: { ...metadata?.annotations, ...knobAnnotationsOf(deployment) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true }],
    },
    spec: { ...(isObject(spec) ? spec : {}), nodeName },
  }
}
