import { dataFile } from '../paths.js'
import { kubeconfigOf, pkiFile } from './layout.js'
import { answers, flags, loopback, type Part } from './part.js'

export const istiod: Part = {
  command(layout) {
    const { tools, ports } = layout
    return {
      file: tools.istiod,
      args: [
        'discovery',
        ...flags({
          kubeconfig: kubeconfigOf(layout, 'istiod'),
          meshConfig: dataFile('conf/mesh.yaml'),
          grpcAddr: loopback(ports.istiodXds),
          secureGRPCAddr: '',
          httpAddr: loopback(ports.istiodHttp),
          monitoringAddr: loopback(ports.istiodMonitoring),
          ctrlz_port: ports.istiodControl,
          httpsAddr: loopback(ports.istiodWebhook),
          tlsCertFile: pkiFile(layout, 'server.crt'),
          tlsKeyFile: pkiFile(layout, 'server.key'),
          caCertFile: pkiFile(layout, 'ca.crt'),
        }),
      ],
      env: {
        POD_NAME: 'istiod-0',
        POD_NAMESPACE: 'istio-system',
        REVISION: 'default',
        CLUSTER_ID: 'Kubernetes',
        // plaintext xDS on loopback: no certificates, no injection, and no webhook unless a test asks for one
        ENABLE_CA_SERVER: 'false',
        PILOT_CERT_PROVIDER: 'none',
        INJECT_ENABLED: 'false',
        VALIDATION_WEBHOOK_CONFIG_NAME: '',
        INJECTION_WEBHOOK_CONFIG_NAME: '',
        // stock Envoy knows neither of Istio's own filters and would reject every listener
        PILOT_ENABLE_METADATA_EXCHANGE: 'false',
        PILOT_ENABLE_ALPN_FILTER: 'false',
        PILOT_ENABLE_GATEWAY_API: 'false',
        PILOT_ENABLE_IP_AUTOALLOCATE: 'false',
      },
    }
  },
  ready: ({ ports }) => answers(`http://${loopback(ports.istiodHttp)}/ready`),
}
