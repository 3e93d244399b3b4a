import type { DashboardExtras } from '@birdwatch/controller'
import type { LocalApi } from '../api/local.js'
import type { Load } from '../load/load.js'
import { playgroundSource } from './controls.js'
import type { Sample } from './sample.js'

export interface PageInput {
  readonly api: LocalApi
  readonly kubeconfig: string
  readonly sample: Sample
  readonly load: Load
  readonly standIns: string
}

/** What the controller's page has in the playground besides the rollouts: traffic, things to try, and commands. */
export const pageExtras = ({ api, kubeconfig, sample, load, standIns }: PageInput): DashboardExtras => ({
  title: 'BirdWatch playground',
  kubectl: `kubectl --kubeconfig ${kubeconfig}`,
  playground: playgroundSource(sample, load, standIns),
  commands: async ({ namespace, name }, command) => {
    const path = `/apis/otomato.link/v1alpha1/namespaces/${namespace}/birdwatches/${name}`
    api.merge(path, { metadata: { annotations: { 'otomato.link/command': command } } })
  },
})
