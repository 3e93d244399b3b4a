/** Everything here that Kubernetes does not name. */
const prefix = 'playground.otomato.link'

/** On a Deployment: what becomes of requests to its pods from now on. */
export const knobAnnotations = {
  errorRate: `${prefix}/error-rate`,
  latencyMs: `${prefix}/latency-ms`,
  ready: `${prefix}/ready`,
} as const

/** On a pod: where its process listens, `address:port`. Every pod of the playground has the address of this machine. */
export const addressAnnotation = `${prefix}/address`

/** Which version of its Deployment's template a pod was made from. */
export const hashLabel = 'pod-template-hash'

export const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** The only node there is. */
export const nodeName = 'playground'
