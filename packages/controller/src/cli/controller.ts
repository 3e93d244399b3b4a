import { once } from 'node:events'
import { codeOf, messageOf } from '@birdwatch/core'
import { isKubeError } from '@birdwatch/kube'
import { composeController, createContainer } from '../composition/compose.js'
import { ConfigurationError } from '../config/error.js'
import { loadConfiguration } from '../config/load.js'
import type { Configuration } from '../config/schema.js'
import type { Controller } from '../controller.js'
import { createLogger, type LogLevel } from '../log.js'
import type { Surroundings } from './surroundings.js'

export interface ControllerFlags {
  readonly config?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly leaderElection: boolean
  readonly httpPort?: number
  readonly httpHost?: string
  readonly dashboardPort?: number
  readonly logLevel?: LogLevel
}

/** Runs the controller until SIGTERM or SIGINT. What keeps it from starting is told in one line. */
export async function runController(flags: ControllerFlags, { env, fail }: Surroundings): Promise<void> {
  let controller: Controller
  try {
    controller = await start(flags, env)
  } catch (error) {
    const line = whyNot(error)
    if (line === undefined) throw error
    return fail(line)
  }
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  await controller.stop()
}

async function start(flags: ControllerFlags, environment: Surroundings['env']): Promise<Controller> {
  const configuration = withFlags(loadConfiguration(flags.config, environment), flags)
  const container = createContainer({
    configuration,
    environment,
    kubeconfig: { path: flags.kubeconfig, context: flags.context },
    logger: createLogger(configuration.log.level),
  })
  const controller = await composeController(container)
  await controller.start()
  return controller
}

function withFlags(configuration: Configuration, flags: ControllerFlags): Configuration {
  const { leaderElection, http, dashboard, log } = configuration
  return {
    ...configuration,
    leaderElection: { ...leaderElection, enabled: leaderElection.enabled && flags.leaderElection },
    http: { host: flags.httpHost ?? http.host, port: flags.httpPort ?? http.port },
    dashboard:
      flags.dashboardPort === undefined ? dashboard : { ...dashboard, enabled: true, port: flags.dashboardPort },
    log: { level: flags.logLevel ?? log.level },
  }
}

/** One line for what a person can mend; undefined for a bug, whose stack matters. */
function whyNot(error: unknown): string | undefined {
  if (error instanceof ConfigurationError || isKubeError(error) || codeOf(error) !== undefined)
    return firstLine(messageOf(error))
  const { code, syscall } = error as NodeJS.ErrnoException
  return code !== undefined && syscall === 'listen'
    ? `it can not listen: ${firstLine((error as Error).message)}`
    : undefined
}

const firstLine = (text: string) => text.split('\n')[0] ?? ''
