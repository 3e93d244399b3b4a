import { writeFile } from 'node:fs/promises'
import type { Layout } from './layout.js'
import { answers, loopback, type Part } from './part.js'

interface Proxy {
  name: 'gateway' | 'client'
  /** `<type>~<address>~<workload>.<namespace>~<domain>`, as istiod wants it. */
  node: string
  cluster: string
  metadata: Record<string, unknown>
}

/** The ingress gateway, `selector: { istio: ingressgateway }` of a Gateway. */
export const gateway = envoy({
  name: 'gateway',
  node: 'router~127.0.0.100~gateway-0.istio-system~istio-system.svc.cluster.local',
  cluster: 'istio-ingressgateway',
  metadata: { NAMESPACE: 'istio-system', INSTANCE_IPS: '127.0.0.100', LABELS: { istio: 'ingressgateway' } },
})

/** The sidecar of a client in `default`: listens on 127.0.0.1:<port of a Service> and does client-side routing. */
export const client = envoy({
  name: 'client',
  node: 'sidecar~127.0.0.101~client-0.default~default.svc.cluster.local',
  cluster: 'client.default',
  metadata: { NAMESPACE: 'default', INSTANCE_IPS: '127.0.0.101', INTERCEPTION_MODE: 'NONE', LABELS: { app: 'client' } },
})

function envoy(proxy: Proxy): Part {
  const bootstrapFile = (layout: Layout) => `${layout.directory}/conf/envoy-${proxy.name}.json`
  return {
    configure: layout => writeFile(bootstrapFile(layout), JSON.stringify(bootstrap(proxy, layout), null, 2)),
    command: layout => ({
      file: layout.tools.envoy,
      args: ['-c', bootstrapFile(layout), '--concurrency', '1', '--disable-hot-restart', '-l', 'warning'],
    }),
    ready: ({ ports }) => answers(`http://${loopback(ports[`${proxy.name}Admin`])}/ready`),
  }
}

/** Everything but the way to istiod comes from istiod. */
function bootstrap({ name, node, cluster, metadata }: Proxy, { ports }: Layout): object {
  const ads = { ads: {}, resource_api_version: 'V3' }
  const http2 = 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  return {
    node: { id: node, cluster, metadata: { CLUSTER_ID: 'Kubernetes', ISTIO_VERSION: '1.31.0', ...metadata } },
    admin: { address: address(ports[`${name}Admin`]) },
    // the names under which Istio's own bootstrap exports the statistics
    stats_config: {
      use_all_default_tags: false,
      stats_tags: [
        { tag_name: 'cluster_name', regex: '^cluster(\\.(.+);)' },
        { tag_name: 'response_code', regex: '_rq(_(\\d{3}))$' },
        { tag_name: 'response_code_class', regex: '_rq_((\\d))xx$' },
      ],
    },
    dynamic_resources: {
      lds_config: ads,
      cds_config: ads,
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [
        {
          name: 'xds-grpc',
          type: 'STATIC',
          connect_timeout: '1s',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': http2,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: 'xds-grpc',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(ports.istiodXds) } }] }],
          },
        },
      ],
    },
  }
}

const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })
