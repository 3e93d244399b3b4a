import { app } from './app.js'
import type { Playground, PrometheusChoice } from './playground.js'

/** What a person is told when everything runs. */
export function introduction({ urls, kubeconfig }: Playground, prometheus: PrometheusChoice): string {
  const isStandIn = prometheus === 'stand-in'
  const standIns = ['the Kubernetes API', 'Istio', ...(isStandIn ? ['Prometheus'] : [])]
  const lines = [
    '',
    `  BirdWatch playground   ${urls.page}`,
    '',
    `  rollouts   kubectl --kubeconfig ${kubeconfig} get bw -w`,
    `  commands   kubectl --kubeconfig ${kubeconfig} annotate bw ${app} otomato.link/command=pause`,
    `  requests   curl -H 'Host: ${app}' ${urls.mesh}`,
    `  queries    curl '${urls.prometheus}/api/v1/query?query=sum(rate(istio_requests_total[5s]))by(destination_version)'`,
    '',
    '  Real: the controller, the pods (a process each) and the requests.',
    `  Stand-ins in this process: ${listed(standIns)}.`,
    '  Ctrl-C ends everything.',
    '',
  ]
  return lines.map(line => `${line}\n`).join('')
}

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
