import type { LogLevel } from '@birdwatch/controller'
import { Command, InvalidArgumentError, Option } from 'commander'
import { findProgram } from './find-program.js'
import { introduction } from './introduction.js'
import { type Playground, type Ports, type PrometheusChoice, startPlayground } from './playground.js'
import { whyNot } from './why-not.js'

/** What the command line touches outside of itself. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (text: string) => void
  /** Tells why it did not work, in one line. */
  readonly fail: (message: string) => void
  /** Resolves when somebody wants it to end. */
  readonly interrupted: () => Promise<unknown>
}

interface Flags {
  readonly port: number
  readonly apiPort: number
  readonly meshPort: number
  readonly metricsPort: number
  readonly requestsPerSecond: number
  readonly interval: number
  readonly increment: number
  readonly prometheusUrl?: string
  readonly standIn?: true
  readonly logLevel: LogLevel
  readonly config?: string
}

const examples = `
Examples:
  Watch a rollout, and try to break it:
    birdwatch-playground

  With small steps, much traffic, and any free ports:
    birdwatch-playground --increment 2 --requests-per-second 200 --port 0 --api-port 0

  With a plugin of your own, as the controller's configuration names it:
    birdwatch-playground --config controller.yaml
`

/** The command line. */
export function program(surroundings: Surroundings): Command {
  return new Command('birdwatch-playground')
    .description('BirdWatch on bare Node: a live rollout of real processes under real load, and a page to watch it.')
    .option('--port <port>', 'port of the page; 0 takes any free one', wholeNumber(0, 65_535), 8080)
    .option('--api-port <port>', 'port of the Kubernetes API', wholeNumber(0, 65_535), 8001)
    .option('--mesh-port <port>', 'port of the mesh', wholeNumber(0, 65_535), 0)
    .option(
      '--metrics-port <port>',
      'port of the metrics, and of the stand-in for Prometheus',
      wholeNumber(0, 65_535),
      0,
    )
    .option('--requests-per-second <number>', 'load on the sample service', wholeNumber(0, 1_000), 50)
    .option('--interval <seconds>', 'time between two checks', wholeNumber(2, 600), 5)
    .option('--increment <percent>', 'what each passed check adds', wholeNumber(1, 10), 10)
    .option(
      '--prometheus-url <url>',
      'ask this Prometheus, which scrapes the port of the metrics every second',
      httpUrl,
    )
    .option('--stand-in', 'ask the stand-in for Prometheus, even if there is a program `prometheus`')
    .option('--config <file>', 'configuration file of the controller, YAML: for plugins of your own')
    .addOption(
      new Option('--log-level <level>', 'what the controller logs, to standard error')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('warn'),
    )
    .addHelpText('after', examples)
    .action((flags: Flags) => run(flags, surroundings))
}

async function run(flags: Flags, { env, out, fail, interrupted }: Surroundings): Promise<void> {
  const { requestsPerSecond, interval, increment, logLevel, config } = flags
  const ports: Partial<Ports> = {
    page: flags.port,
    api: flags.apiPort,
    mesh: flags.meshPort,
    metrics: flags.metricsPort,
  }
  const prometheus = prometheusOf(flags, env.PATH)
  let playground: Playground
  try {
    const plugins = config === undefined ? {} : { configFile: config }
    playground = await startPlayground({
      ports,
      requestsPerSecond,
      interval,
      increment,
      prometheus,
      logLevel,
      ...plugins,
    })
  } catch (error) {
    const line = whyNot(error, ports)
    if (line === undefined) throw error
    return fail(line)
  }
  // Listened for before it is named: whoever is quick must not end it halfway.
  const ended = interrupted()
  out(introduction(playground, prometheus))
  await ended
  out('\nEnding everything…\n')
  await playground.stop()
}

function prometheusOf({ prometheusUrl, standIn }: Flags, path = ''): PrometheusChoice {
  if (prometheusUrl !== undefined) return { url: prometheusUrl }
  const found = standIn ? undefined : findProgram('prometheus', path)
  return found === undefined ? 'stand-in' : { program: found }
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:9090.')
}

const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
}
