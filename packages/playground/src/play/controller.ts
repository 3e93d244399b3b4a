import {
  type Controller,
  composeController,
  configurationSchema,
  createContainer,
  createLogger,
  type LogLevel,
} from '@birdwatch/controller'

export interface ControllerInput {
  readonly kubeconfig: string
  readonly prometheusUrl: string
  /** Of `/livez`, `/readyz` and `/metrics`. */
  readonly port: number
  readonly logLevel: LogLevel
}

/** Starts the controller as it is shipped, with its Istio router and its Prometheus provider. */
export async function startController({
  kubeconfig,
  prometheusUrl,
  port,
  logLevel,
}: ControllerInput): Promise<Controller> {
  const configuration = configurationSchema.parse({
    providers: [{ name: 'prometheus', type: 'prometheus', options: { url: prometheusUrl } }],
    leaderElection: { namespace: 'default' },
    http: { host: '127.0.0.1', port },
  })
  // What the playground says is on standard output; what the controller logs goes beside it.
  const logger = createLogger(logLevel, process.stderr)
  const container = createContainer({ configuration, environment: {}, kubeconfig: { path: kubeconfig }, logger })
  const controller = await composeController(container)
  await controller.start()
  return controller
}
