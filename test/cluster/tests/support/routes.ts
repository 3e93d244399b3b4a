import { type App, type KubeObject, waitFor } from '../../src/index.js'

export interface Destination {
  destination: { host: string; subset?: string }
  weight?: number
}

export interface Route {
  name?: string
  match?: object[]
  route: Destination[]
}

export interface VirtualService extends KubeObject {
  spec: { http: Route[] }
}

interface DestinationRule extends KubeObject {
  spec: { subsets: { name: string; labels: Record<string, string> }[] }
}

export const virtualService = (app: App): Promise<VirtualService> => app.environment.api.get(app.virtualService)

/** The weight that the VirtualService gives the subset `canary` in the route that the app was deployed with. */
export async function canaryWeight(app: App): Promise<number | undefined> {
  const { spec } = await virtualService(app)
  const route = spec.http.find(({ name }) => name === 'primary')
  return route?.route.find(({ destination }) => destination.subset === 'canary')?.weight
}

/** Resolves with the weight of the canary in the VirtualService, once it is one that is wanted. */
export async function untilWeight(app: App, wanted: (weight: number) => boolean): Promise<number> {
  const look = async () => {
    const weight = await canaryWeight(app)
    return weight !== undefined && wanted(weight) && { weight }
  }
  return (await waitFor('a weight in the VirtualService', look, { everyMs: 25 })).weight
}

export const none = (weight: number): boolean => weight === 0

export const atLeast =
  (least: number) =>
  (weight: number): boolean =>
    weight >= least

/** The `version` labels that the subsets select. */
export async function versions(app: App): Promise<Record<string, string | undefined>> {
  const { spec } = await app.environment.api.get<DestinationRule>(app.destinationRule)
  return Object.fromEntries(spec.subsets.map(({ name, labels }) => [name, labels.version]))
}

/** Every weight that the canary has, in order, from now until it is stopped. */
export function recordWeights(app: App): { stop(): Promise<(number | undefined)[]> } {
  const weights: (number | undefined)[] = []
  const stopping = new AbortController()
  const recording = waitFor(
    'the end of the recording',
    async () => {
      const weight = await canaryWeight(app)
      if (weight !== weights.at(-1)) weights.push(weight)
      return stopping.signal.aborted
    },
    { timeoutMs: 600_000 },
  )
  return {
    async stop() {
      stopping.abort()
      await recording
      return weights
    },
  }
}
