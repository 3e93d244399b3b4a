import {
  type Configuration,
  type Controller,
  composeController,
  configurationSchema,
  createContainer,
  createLogger,
  type DashboardExtras,
  type LogLevel,
  tokens,
} from '@birdwatch/controller'
import { configured } from './configured.js'

export interface ControllerInput {
  readonly kubeconfig: string
  readonly prometheusUrl: string
  readonly ports: {
    /** Of `/livez`, `/readyz` and `/metrics`. */
    readonly controller: number
    readonly page: number
  }
  /** What its page has besides the rollouts. */
  readonly page: DashboardExtras
  readonly logLevel: LogLevel
  /** A configuration file of the controller, for its plugins. */
  readonly configFile?: string | undefined
}

/** Starts the controller as it is shipped, with its Istio router, its Prometheus provider and its page. */
export async function startController(input: ControllerInput): Promise<Controller> {
  const { kubeconfig, prometheusUrl, ports, page, logLevel, configFile } = input
  // What the playground says is on standard output; what the controller logs goes beside it.
  const logger = createLogger(logLevel, process.stderr)
  const configuration: Configuration = {
    ...configured(configFile, prometheusUrl, logger),
    ...configurationSchema.pick({ leaderElection: true, http: true, dashboard: true }).parse({
      leaderElection: { namespace: 'default' },
      http: { host: '127.0.0.1', port: ports.controller },
      dashboard: { enabled: true, port: ports.page },
    }),
  }
  // The secrets that the file refers to; without one, nothing here is anybody's Slack.
  const environment = configFile === undefined ? {} : process.env
  const container = createContainer({ configuration, environment, kubeconfig: { path: kubeconfig }, logger })
  container.register(tokens.dashboardExtras, { useValue: page })
  const controller = await composeController(container)
  await controller.start()
  return controller
}
