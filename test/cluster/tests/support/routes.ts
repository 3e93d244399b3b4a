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

/** Resolves with the moment at which the weight was seen. */
export const untilCanaryWeight = (app: App, weight: number): Promise<number> =>
  waitFor(`the VirtualService to hold ${weight} %`, async () => (await canaryWeight(app)) === weight && Date.now(), {
    everyMs: 25,
  })

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
