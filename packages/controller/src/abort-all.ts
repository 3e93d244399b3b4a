import { type Clock, inProgress, type RolloutState } from '@birdwatch/core'
import { type Client, isKubeError, resourcePath } from '@birdwatch/kube'
import { engineOf, projectBirdWatch, type RawBirdWatch } from './resource/birdwatch.js'
import { commandAnnotation, group, plural, version } from './resource/names.js'

export interface AbortAllOptions {
  readonly client: Pick<Client, 'list' | 'patch'>
  /** Empty for all of them. */
  readonly namespaces: readonly string[]
  readonly clock: Clock
  /** How long to wait until every rollout has ended, milliseconds. */
  readonly timeoutMs: number
  /** Told of every step, in one line. */
  readonly say: (line: string) => void
}

/** What a rollout in progress still needs before nobody has to watch it. */
export type Step = { readonly kind: 'abort' } | { readonly kind: 'wait' } | { readonly kind: 'decide'; why: string }

const everyMs = 500

/**
 * Takes every rollout that is in progress back, by the command `abort`, and waits until the controller has done so: then
 * no canary gets traffic that nobody watches. A rollout whose traffic only a person may move is left as it is.
 *
 * @returns what is still in progress, a line each; empty when nothing is
 */
export async function abortAll({ client, namespaces, clock, timeoutMs, say }: AbortAllOptions): Promise<string[]> {
  const asked = new Set<string>()
  for (const until = clock.now() + timeoutMs; ; ) {
    const open = await rolloutsIn(client, namespaces)
    const left = open.map(rollout => `${nameOf(rollout)}: ${standing(rollout)}`)
    if (open.every(({ step }) => step.kind === 'decide') || clock.now() >= until) return left
    for (const { resource, step } of open) {
      if (step.kind !== 'abort' || asked.has(resource.metadata.uid)) continue
      say(`${nameOf({ resource })}: abort`)
      if (await abort(client, resource)) asked.add(resource.metadata.uid)
    }
    await clock.sleep(everyMs, new AbortController().signal)
  }
}

/** An automatic abort must neither send traffic to an empty production nor undo what a person did. */
export function stepOf({ phase, reason, pause, productionVersion: version }: RolloutState): Step {
  if (phase === 'Promoting' || phase === 'RollingBack') return { kind: 'wait' }
  if (reason.code === 'no_production')
    return { kind: 'decide', why: `production (${version}) has no available pods, and the canary serves` }
  if (pause?.foreign !== undefined) return { kind: 'decide', why: 'somebody else has set its weights' }
  return { kind: 'abort' }
}

interface Open {
  readonly resource: RawBirdWatch
  readonly state: RolloutState
  readonly step: Step
}

async function rolloutsIn(client: AbortAllOptions['client'], namespaces: readonly string[]): Promise<Open[]> {
  const lists = (namespaces.length === 0 ? [''] : namespaces).map(namespace =>
    client.list<RawBirdWatch>(resourcePath({ group, version, plural, ...(namespace && { namespace }) })),
  )
  const resources = (await Promise.all(lists)).flatMap(({ items }) => items)
  return resources.flatMap(resource => {
    const state = engineOf(projectBirdWatch(resource))
    return state !== undefined && inProgress(state) ? [{ resource, state, step: stepOf(state) }] : []
  })
}

/** False when the resource was written meanwhile: it is looked at again. */
async function abort(client: AbortAllOptions['client'], { metadata }: RawBirdWatch): Promise<boolean> {
  const { namespace, name, resourceVersion, annotations } = metadata
  const operations = [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/metadata/annotations', value: { ...annotations, [commandAnnotation]: 'abort' } },
  ]
  const path = resourcePath({ group, version, plural, namespace, name })
  try {
    await client.patch(path, operations, { type: 'json', fieldManager: 'birdwatch-abort-all' })
    return true
  } catch (error) {
    if (isKubeError(error, 'KUBE_CONFLICT', 'KUBE_NOT_FOUND')) return false
    throw error
  }
}

const nameOf = ({ resource: { metadata } }: Pick<Open, 'resource'>) => `${metadata.namespace}/${metadata.name}`

function standing({ resource: { metadata }, state: { phase, weight }, step }: Open): string {
  const where = `${phase} at ${weight} %`
  if (step.kind !== 'decide') return `${where}, not ended in time; does the controller run?`
  const command = `kubectl -n ${metadata.namespace} annotate bw ${metadata.name} ${commandAnnotation}=`
  return `${where}: ${step.why}. Decide yourself: ${command}abort, or …=promote`
}
