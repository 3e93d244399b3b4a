import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'
import { knobAnnotations } from './names.js'

/** How a pod behaves. All of it can be changed while it runs. */
export interface Knobs {
  /** Part of the requests that are answered with 500, 0..1. Default 0. */
  readonly errorRate: number
  /** How long an answer takes, milliseconds, 0..60 000. Default 5. */
  readonly latencyMs: number
  /** Whether the pod takes requests at all. Default true. */
  readonly ready: boolean
}

type Texts = Readonly<Record<string, string | undefined>>

/** The environment of a pod's first container, as far as it is written down as it is. */
export function environmentOf(pod: KubeObject): Record<string, string> {
  const [container] = (dig(pod, 'spec', 'containers') ?? []) as { env?: { name: string; value?: string }[] }[]
  return Object.fromEntries((container?.env ?? []).map(({ name, value = '' }) => [name, value]))
}

/** The knobs of a pod: its annotations, else its environment, else the defaults. What makes no sense is passed over. */
export function knobsOf(pod: KubeObject): Knobs {
  const annotations: Texts = pod.metadata.annotations ?? {}
  const environment: Texts = environmentOf(pod)
  return {
    errorRate: number([annotations[knobAnnotations.errorRate], environment.ERROR_RATE], 1) ?? 0,
    latencyMs: number([annotations[knobAnnotations.latencyMs], environment.LATENCY_MS], 60_000) ?? 5,
    ready: (annotations[knobAnnotations.ready] ?? environment.READY) !== 'false',
  }
}

function number(texts: readonly (string | undefined)[], max: number): number | undefined {
  const numbers = texts.filter(text => text !== undefined && text.trim() !== '').map(Number)
  return numbers.find(value => value >= 0 && value <= max)
}

/** The part of an object's annotations that are knobs. */
export function knobAnnotationsOf({ metadata }: Pick<KubeObject, 'metadata'>): Record<string, string> {
  const names: readonly string[] = Object.values(knobAnnotations)
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => names.includes(name)))
}
