import { answers, flags, loopback, type Part } from './part.js'

export const etcd: Part = {
  command({ directory, tools, ports }) {
    const client = `http://${loopback(ports.etcd)}`
    const peer = `http://${loopback(ports.etcdPeer)}`
    return {
      file: tools.etcd,
      args: [
        ...flags({
          'data-dir': `${directory}/etcd`,
          'listen-client-urls': client,
          'advertise-client-urls': client,
          'listen-peer-urls': peer,
          'initial-advertise-peer-urls': peer,
          'initial-cluster': `default=${peer}`,
          'log-level': 'warn',
        }),
        '--unsafe-no-fsync', // survives a killed process; only a lost machine would lose data
      ],
    }
  },
  ready: ({ ports }) => answers(`http://${loopback(ports.etcd)}/health`),
}
