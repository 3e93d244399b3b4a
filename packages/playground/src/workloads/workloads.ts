import { type Clock, systemClock } from '@birdwatch/core'
import { LocalApi } from '../api/local.js'
import type { ApiMachine } from '../api/machine.js'
import { DeploymentController } from './deployments.js'
import { Kubelet } from './kubelet.js'

export interface WorkloadsOptions {
  /** Default: the system's. */
  readonly clock?: Clock
  /** How long a pod serves on after it was told to leave, milliseconds. Default 1000: longer than the mesh needs to hear of it. */
  readonly drainMs?: number
}

/** What turns Deployments into processes. */
export interface Workloads {
  /** Ends every process; resolves when none is left. */
  stop(): Promise<void>
}

/** Makes every Deployment of the API real: one Node process per pod, which serves HTTP on this machine. */
export function startWorkloads(
  machine: ApiMachine,
  { clock = systemClock, drainMs = 1_000 }: WorkloadsOptions = {},
): Workloads {
  const deployments = new DeploymentController(new LocalApi(machine, 'deployment-controller'), clock)
  const kubelet = new Kubelet({ api: new LocalApi(machine, 'kubelet'), clock, drainMs })
  return {
    stop: async () => {
      deployments.stop()
      await kubelet.stop()
    },
  }
}
