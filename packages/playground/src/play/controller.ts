import {
  type Configuration,
  type Controller,
  composeController,
  configurationSchema,
  createContainer,
  createLogger,
  type DashboardExtras,
  type LogLevel,
  loadConfiguration,
  tokens,
} from '@birdwatch/controller'

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
  const { kubeconfig, ports, page, logLevel, configFile } = input
  const configuration: Configuration = {
    ...configured(input),
    ...configurationSchema.pick({ leaderElection: true, http: true, dashboard: true }).parse({
      leaderElection: { namespace: 'default' },
      http: { host: '127.0.0.1', port: ports.controller },
      dashboard: { enabled: true, port: ports.page },
    }),
  }
  // What the playground says is on standard output; what the controller logs goes beside it.
  const logger = createLogger(logLevel, process.stderr)
  // The secrets that the file refers to; without one, nothing here is anybody's Slack.
  const environment = configFile === undefined ? {} : process.env
  const container = createContainer({ configuration, environment, kubeconfig: { path: kubeconfig }, logger })
  container.register(tokens.dashboardExtras, { useValue: page })
  const controller = await composeController(container)
  await controller.start()
  return controller
}

/** What the file says, if there is one. The sample's metrics are the default provider's, so that one is always there. */
function configured({ configFile, prometheusUrl }: ControllerInput): Configuration {
  const found = loadConfiguration(configFile, { PROMETHEUS_URL: prometheusUrl })
  const [own] = loadConfiguration(undefined, { PROMETHEUS_URL: prometheusUrl }).providers
  const others = found.providers.filter(({ name }) => name !== own?.name)
  return { ...found, providers: own === undefined ? others : [own, ...others] }
}
