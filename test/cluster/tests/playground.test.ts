import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { apiContract, apiDifferential, type Peer } from '../../../packages/playground/test/api-contract/index.js'
import { promqlContract } from '../../../packages/playground/test/promql-contract/index.js'
import { credentialsFrom } from '../src/api/transport.js'
import { answers, flags, loopback } from '../src/env/part.js'
import { Environment, established, type KubeObject } from '../src/index.js'
import { run } from '../src/run.js'

const directory = inject('environment')

/** The contracts that the playground's stand-ins keep, kept by what they stand in for: the same tests, the same samples. */
describe.skipIf(directory === '')('What the playground stands in for', () => {
  let environment: Environment
  beforeAll(() => {
    environment = Environment.attach(directory)
  })
  afterAll(async () => {
    await environment.processes.stop('samples')
    environment.api.close()
  })

  apiContract('kube-apiserver serves it', apiServer)
  apiDifferential('kube-apiserver', apiServer)
  promqlContract('Prometheus', startPrometheus)

  async function apiServer(): Promise<Peer> {
    const { server, ca, cert = '', key = '' } = credentialsFrom(environment.kubeconfig)
    const install = async (crd: object) => {
      await environment.api.apply(crd as KubeObject)
      await established(environment.api, crd as KubeObject)
    }
    return { url: server, tls: { ca, cert, key }, install }
  }

  /** A Prometheus that has these samples and takes no others. */
  async function startPrometheus(samples: string): Promise<string> {
    const { layout, processes } = environment
    const { prometheus, promtool } = layout.tools
    const data = await mkdtemp(join(layout.directory, 'samples-'))
    const [input, blocks] = [join(data, 'samples.txt'), join(data, 'blocks')]
    const config = join(data, 'prometheus.yaml')
    await writeFile(input, samples)
    await writeFile(config, '{}')
    await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', input, blocks])
    const [port = 0] = await environment.ports(1)
    const args = flags({
      'config.file': config,
      'storage.tsdb.path': blocks,
      'storage.tsdb.retention.time': '100y',
      'web.listen-address': loopback(port),
      'log.level': 'warn',
    })
    await processes.start({ name: 'samples', file: prometheus, args })
    await processes.ready('samples', () => answers(`http://${loopback(port)}/-/ready`))
    return `http://${loopback(port)}`
  }
})
