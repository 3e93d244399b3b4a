import { randomBytes } from 'node:crypto'
import { test as base, inject } from 'vitest'
import { App, type AppOptions } from './app.js'
import { type ControllerOptions, ControllerProcess } from './controller-process.js'
import { Environment } from './env/environment.js'
import { SlackPeer } from './slack-peer.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** State directory of the run's environment; empty when there is none. */
    environment: string
    /** Why there is none, in one line. */
    unavailable: string
  }
}

interface Fixtures {
  /** The one environment of this run. Whatever the test froze or killed works again afterwards. */
  environment: Environment
  /** A namespace of the test's own, deleted afterwards. */
  namespace: string
  /** Deploys the usual service into that namespace; its loads end with the test. */
  deploy: (options?: Omit<AppOptions, 'namespace'>) => Promise<App>
  /** Starts a controller, which ends with the test. */
  startController: (options?: ControllerOptions) => Promise<ControllerProcess>
  /** A Slack of the test's own. */
  slack: SlackPeer
}

/** Vitest's `test` with the environment. Where there can be none, the test is skipped and says why. */
export const test = base.extend<Fixtures>({
  environment: async ({ skip }, use) => {
    const directory = inject('environment')
    if (!directory) skip(inject('unavailable'))
    const environment = Environment.attach(directory)
    await use(environment)
    await environment.heal()
    environment.api.close()
  },
  namespace: async ({ environment }, use) => {
    const name = `test-${randomBytes(4).toString('hex')}`
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await environment.api.create(namespace)
    await use(name)
    await environment.heal()
    await environment.api.delete({ ...namespace, name }) // not waited for: that would be ten seconds a test
  },
  deploy: async ({ environment, namespace }, use) => {
    const apps: App[] = []
    await use(async (options = {}) => {
      const app = await App.deploy(environment, { ...options, namespace })
      apps.push(app)
      return app
    })
    await Promise.all(apps.map(app => app.stopLoads()))
  },
  startController: async ({ environment }, use) => {
    const controllers: ControllerProcess[] = []
    await use(async options => {
      const controller = new ControllerProcess(environment, options)
      controllers.push(controller)
      await controller.start()
      return controller
    })
    await Promise.all(controllers.map(controller => controller.kill()))
  },
  slack: async ({ skip: _ }, use) => {
    const peer = await SlackPeer.start()
    await use(peer)
    await peer.close()
  },
})
