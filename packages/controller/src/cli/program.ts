import { Command, InvalidArgumentError, Option } from 'commander'
import { crdYaml } from '../resource/crd.js'
import { version } from '../version.js'
import { type AbortAllFlags, runAbortAll } from './abort-all.js'
import { type ControllerFlags, runController } from './controller.js'
import { runReady } from './ready.js'
import type { Surroundings } from './surroundings.js'

const examples = `
Examples:
  In a pod, with the service account of the pod:
    birdwatch controller --config /etc/birdwatch/config.yaml

  On your own machine, against the current context, alone and on any free port:
    PROMETHEUS_URL=http://localhost:9090 birdwatch controller --no-leader-election --http-port 0

  Install or update the resource:
    birdwatch crd | kubectl apply --server-side -f -
`

const environment = `
Environment, for what the configuration file leaves out:
  PROMETHEUS_URL    where metrics are asked for (default: where Istio's add-on puts Prometheus)
  SLACK_API_TOKEN   token of the Slack bot; without one, and without a configured notifier, nobody is notified
  SLACK_CHANNEL     its channel
`

/** The command line. */
export function program(surroundings: Surroundings): Command {
  const command = new Command('birdwatch')
    .description('Rolls out new versions of services step by step, and back when their health deviates.')
    .version(version)
    .addHelpText('after', examples)
  command
    .command('controller')
    .description(
      'Run the controller: it watches BirdWatch resources and moves traffic, with Istio or the configured router.',
    )
    .option('--config <file>', 'configuration file, YAML (default: the environment and built-in defaults)')
    .option('--kubeconfig <file>', 'kubeconfig file (default: KUBECONFIG, ~/.kube/config, or the pod)')
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option('--no-leader-election', 'do not ask for the Lease: only where there can never be a second process')
    .option('--http-port <port>', 'port of /livez, /readyz and /metrics; 0 takes any free one', port)
    .option('--http-host <address>', 'address to listen on, e.g. 127.0.0.1')
    .option(
      '--dashboard-port <port>',
      'serve the page that shows the rollouts, on this port; 0 takes any free one',
      port,
    )
    .addOption(new Option('--log-level <level>', 'what is logged').choices(['debug', 'info', 'warn', 'error']))
    .addHelpText('after', environment + examples)
    .action((flags: ControllerFlags) => runController(flags, surroundings))
  command
    .command('crd')
    .description('Print the CustomResourceDefinition of BirdWatch as YAML.')
    .action(() => surroundings.out(crdYaml()))
  command
    .command('abort-all')
    .description('Abort every rollout that is in progress and wait until its traffic is back on production.')
    .option('--config <file>', 'configuration file of the controller: its namespaces are looked at')
    .option('--kubeconfig <file>', 'kubeconfig file (default: KUBECONFIG, ~/.kube/config, or the pod)')
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option('--timeout <seconds>', 'how long to wait for the controller', seconds, 240)
    .action((flags: AbortAllFlags) => runAbortAll(flags, surroundings))
  command
    .command('ready')
    .description('Ask a running controller whether it is ready.')
    .argument('<url>', 'its /readyz, e.g. http://birdwatch.birdwatch:8080/readyz')
    .action((url: string) => runReady(url, surroundings))
  return command
}

function seconds(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && value <= 3600) return value
  throw new InvalidArgumentError('It must be a number from 0 to 3600.')
}

function port(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
}
