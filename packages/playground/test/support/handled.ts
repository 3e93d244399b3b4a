import type { Handled } from '../../src/mesh/handler.js'

/** A request to version v04 of aleph that failed. */
export const handled: Handled = {
  cluster: { service: { host: 'aleph.default.svc.cluster.local', name: 'aleph', namespace: 'default' }, endpoints: [] },
  endpoint: {
    address: '',
    port: 0,
    labels: { app: 'aleph', version: 'v04' },
    namespace: 'default',
    workload: 'aleph-v04',
  },
  status: 500,
  flag: '-',
  durationMs: 7,
}
