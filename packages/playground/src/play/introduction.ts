import { app } from './app.js'
import type { Playground, PrometheusChoice } from './playground.js'
import { standIns } from './stand-ins.js'

/** What a person is told when everything runs. */
export function introduction({ urls, kubeconfig }: Playground, prometheus: PrometheusChoice): string {
  const isElsewhere = typeof prometheus === 'object' && 'url' in prometheus
  const lines = [
    '',
    `  BirdWatch playground   ${urls.page}`,
    '',
    `  rollouts   kubectl --kubeconfig ${kubeconfig} get bw -w`,
    `  commands   kubectl --kubeconfig ${kubeconfig} annotate bw ${app} otomato.link/command=pause`,
    `  requests   curl -H 'Host: ${app}' ${urls.mesh}`,
    `  queries    curl -g '${urls.prometheus}/api/v1/query?query=sum(rate(istio_requests_total[5s]))by(destination_version)'`,
    '',
    '  Real: the controller, the pods (a process each) and the requests.',
    `  Stand-ins in this process: ${standIns(prometheus)}.`,
    ...(isElsewhere
      ? [`  Your Prometheus must scrape ${urls.metrics}/metrics every second; until then there is no data.`]
      : []),
    '  Ctrl-C ends everything.',
    '',
  ]
  return lines.map(line => `${line}\n`).join('')
}
