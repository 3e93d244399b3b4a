import { createClient } from '@birdwatch/kube'
import type { DependencyContainer } from 'tsyringe'
import { onTestFinished } from 'vitest'
import { composeController, createContainer } from '../../src/composition/compose.js'
import { tokens } from '../../src/composition/tokens.js'
import { checkConfiguration } from '../../src/config/check.js'
import type { Controller } from '../../src/controller.js'
import { observed } from '../../src/kube/observed.js'
import type { ApiServer } from './api-server.js'
import { silent } from './plugins.js'

export interface RunningController {
  readonly controller: Controller
  readonly container: DependencyContainer
  /** The answer to a GET of the controller's own server. */
  readonly get: (path: string) => Promise<{ status: number; text: string }>
}

/** The controller as it is shipped, against the peers of a test; it ends with the test. */
export async function startController(
  api: ApiServer,
  prometheusUrl: string,
  { configuration = {} as object, override = (_: DependencyContainer) => {} } = {},
): Promise<RunningController> {
  const container = createContainer({
    configuration: checkConfiguration({
      providers: [{ name: 'prometheus', type: 'prometheus', options: { url: prometheusUrl } }],
      leaderElection: { enabled: false },
      mesh: { periodSeconds: 0 },
      http: { host: '127.0.0.1', port: 0 },
      ...configuration,
    }),
    environment: {},
    kubeconfig: {},
    logger: silent,
  }).createChildContainer()
  const client = observed(createClient({ server: api.url, fieldManager: 'birdwatch' }), () => {})
  container.register(tokens.client, { useValue: client })
  override(container)
  const controller = await composeController(container)
  await controller.start()
  let stopped: Promise<void> | undefined
  const stop = controller.stop.bind(controller)
  controller.stop = () => {
    stopped ??= stop()
    return stopped
  }
  onTestFinished(() => controller.stop())
  return {
    controller,
    container,
    async get(path) {
      const answer = await fetch(`http://127.0.0.1:${controller.port}${path}`)
      return { status: answer.status, text: await answer.text() }
    },
  }
}
