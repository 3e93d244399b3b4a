/** usage: node cli.js up      starts an environment for a person, until Ctrl-C (KEEP=1 keeps its state directory) */
import { Environment } from './env/environment.js'
import { ToolsUnavailable } from './tools/unavailable.js'

async function up(): Promise<void> {
  const environment = await Environment.up({ log: console.log })
  const { tools, ports, directory } = environment.layout
  const url = (port: number) => `http://127.0.0.1:${port}`
  console.log(`
export KUBECONFIG=${environment.kubeconfig}

kubectl     ${tools.kubectl}
helm        ${tools.helm}
API server  https://127.0.0.1:${ports.apiserver}
istiod      ${url(ports.istiodHttp)}/debug/syncz
gateway     ${url(ports.gatewayAdmin)} (admin; a Gateway names the port it serves: use bind 127.0.0.1)
Prometheus  ${environment.prometheus.url}
logs        ${directory}/log

Ctrl-C takes it down.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => environment.close())
  await environment.ended()
}

if (process.argv.slice(2).join(' ') !== 'up') {
  console.error('usage: npm run cluster      (node test/cluster/dist/cli.js up)')
  process.exit(2)
}
try {
  await up()
  process.exit(0)
} catch (error) {
  if (!(error instanceof ToolsUnavailable)) throw error
  console.error(`The environment is not available here: ${error.message}`)
  process.exit(1)
}
