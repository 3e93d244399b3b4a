import { readFile, writeFile } from 'node:fs/promises'
import { dataFile } from '../paths.js'
import { answers, flags, loopback, type Part } from './part.js'

const configFile = (directory: string): string => `${directory}/conf/prometheus.yaml`

export const prometheus: Part = {
  async configure({ directory, ports }) {
    const template = await readFile(dataFile('conf/prometheus.yaml'), 'utf8')
    const config = template
      .replace(/\$\{GATEWAY_ADMIN_PORT\}/g, String(ports.gatewayAdmin))
      .replace(/\$\{CLIENT_ADMIN_PORT\}/g, String(ports.clientAdmin))
    await writeFile(configFile(directory), config)
  },
  command: ({ directory, tools, ports }) => ({
    file: tools.prometheus,
    args: flags({
      'config.file': configFile(directory),
      'storage.tsdb.path': `${directory}/prometheus`,
      'storage.tsdb.retention.time': '2h',
      'web.listen-address': loopback(ports.prometheus),
      'log.level': 'warn',
    }),
  }),
  ready: ({ ports }) => answers(`http://${loopback(ports.prometheus)}/-/ready`),
}
