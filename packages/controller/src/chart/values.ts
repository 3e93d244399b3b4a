import { z } from 'zod'
import { configurationSchema } from '../config/schema.js'

/** What Kubernetes defines and checks itself. */
const kubernetesObject = () => z.record(z.string(), z.unknown()).default({})
const kubernetesList = () => z.array(z.record(z.string(), z.unknown())).default([])
const labels = () => z.record(z.string(), z.string()).default({})
const optionalName = () =>
  z
    .string()
    .max(253)
    .regex(/^([a-z0-9]([-.a-z0-9]*[a-z0-9])?)?$/, 'a name of lower case letters, digits, - and .')
    .default('')

const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  seccompProfile: { type: 'RuntimeDefault' },
}
const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}
/** Measured, see docs/operations.md: 118 MiB with one rollout, 297 MiB with a thousand. Node takes half of the limit for its heap. */
const measuredResources = { requests: { cpu: '50m', memory: '160Mi' }, limits: { memory: '512Mi' } }

/** Where the page is that the alerts link to, unless a value says otherwise. */
export const runbookUrl = 'https://github.com/otomato-gh/birdwatch/blob/main/docs/operations.md'

/** The values of the Helm chart, in the order in which they are shown. `values.yaml`, its schema and its README are made from this. */
export const valuesSchema = z.strictObject({
  slackToken: z
    .string()
    .default('')
    .describe('Token of the Slack bot. The chart keeps it in a Secret; to keep it out of Helm, use `existingSecret`.'),
  slackChannel: z
    .string()
    .default('#birdwatch')
    .describe('The channel that is notified, by its name or id. The bot has to be a member of it.'),
  prometheusUrl: z
    .string()
    .regex(/^https?:\/\/[^\s@]+$/, 'an http or https URL without a password')
    .default('http://prometheus.istio-system.svc.cluster.local:9090')
    .describe("The Prometheus that is queried; the default is where Istio's own add-on puts it."),
  existingSecret: z
    .strictObject({
      name: optionalName().describe('A Secret in the namespace of the release, used instead of `slackToken`.'),
      key: z.string().min(1).default('slackToken').describe('The key of the Slack token in it.'),
    })
    .prefault({}),
  config: configurationSchema
    .prefault({})
    .describe(
      'The configuration of the controller. A list in `config.namespaces` also confines its permissions: Roles in those namespaces instead of a ClusterRole.',
    ),
  image: z
    .strictObject({
      repository: z
        .string()
        .min(1)
        .default('otomato/birdwatch')
        .describe('Where the image is: yours, as long as none is published.'),
      tag: z.string().default('').describe('Its tag (default: the appVersion of the chart).'),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/, 'sha256: and 64 hexadecimal digits')
        .default('')
        .describe('Its digest, `sha256:…`; wins over the tag.'),
      pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent').describe('When it is pulled.'),
    })
    .prefault({}),
  imagePullSecrets: kubernetesList().describe('Secrets for a private registry: `[{ name: … }]`.'),
  replicas: z
    .int()
    .min(0)
    .max(10)
    .default(2)
    .describe('Processes. One acts, chosen by a Lease; the others are ready to take over at once.'),
  crds: z
    .strictObject({
      install: z
        .boolean()
        .default(true)
        .describe('Install the resource with the release and upgrade it with it. Uninstalling never deletes it.'),
    })
    .prefault({}),
  rbac: z
    .strictObject({
      create: z.boolean().default(true).describe('Create what the controller is permitted to do.'),
      userRoles: z
        .boolean()
        .default(true)
        .describe('Create the roles `…-viewer` and `…-editor` for people. Nobody is given them; bind them yourself.'),
    })
    .prefault({}),
  serviceAccount: z
    .strictObject({
      create: z.boolean().default(true).describe('Create a ServiceAccount.'),
      name: optionalName().describe('Its name (default: the full name of the release).'),
      annotations: labels().describe('Its annotations.'),
    })
    .prefault({}),
  rollbackOnUninstall: z
    .boolean()
    .default(true)
    .describe(
      'Before an uninstall, abort the rollouts in progress and wait until their traffic is back on production.',
    ),
  resources: z
    .record(z.string(), z.unknown())
    .default(measuredResources)
    .describe('Requests and limits of the container.'),
  podSecurityContext: z
    .record(z.string(), z.unknown())
    .default(restrictedPod)
    .describe('Fits the pod security standard *restricted*.'),
  securityContext: z
    .record(z.string(), z.unknown())
    .default(restrictedContainer)
    .describe('Of every container; fits *restricted*.'),
  podDisruptionBudget: z
    .strictObject({
      enabled: z.boolean().default(true).describe('With two replicas or more: let only one be evicted at a time.'),
    })
    .prefault({}),
  topologySpreadConstraints: kubernetesList().describe('Default: spread over nodes and zones where that is possible.'),
  nodeSelector: labels().describe('Labels of the nodes to run on.'),
  tolerations: kubernetesList().describe('Taints that are tolerated.'),
  affinity: kubernetesObject().describe('Affinity of the pods.'),
  priorityClassName: optionalName().describe('A PriorityClass. An evicted controller watches no rollout.'),
  podLabels: labels().describe('Further labels of the pods.'),
  podAnnotations: labels().describe('Further annotations of the pods.'),
  env: kubernetesList().describe('Further environment variables, e.g. for `{ env: NAME }` in `config`.'),
  envFrom: kubernetesList().describe('Secrets or ConfigMaps whose keys all become environment variables.'),
  volumes: kubernetesList().describe('Further volumes, e.g. with secrets for `{ file: path }` in `config`.'),
  volumeMounts: kubernetesList().describe('Where they are mounted.'),
  initContainers: kubernetesList().describe('Containers that run first, e.g. to bring packages of plugins.'),
  plugins: z
    .record(z.string().regex(/^[-._a-zA-Z0-9]+$/), z.string())
    .default({})
    .describe('Plugins in one file each: name to source. `type: /plugins/<name>` in `config` uses one.'),
  networkPolicy: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Let nothing in but requests to the HTTP port.'),
      from: kubernetesList().describe('Who may send these (default: everybody).'),
      egress: kubernetesList().describe('Let nothing out but DNS and this (default: everything is let out).'),
    })
    .prefault({}),
  serviceMonitor: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Have the Prometheus operator scrape the controller.'),
      interval: z.string().default('30s').describe('How often.'),
      labels: labels().describe('Labels by which your Prometheus selects it.'),
    })
    .prefault({}),
  prometheusRule: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Create alert rules for the Prometheus operator.'),
      labels: labels().describe('Labels by which your Prometheus selects them.'),
      runbookUrl: z
        .url('a URL')
        .default(runbookUrl)
        .describe('Where `docs/operations.md` can be read: alerts link to its sections.'),
    })
    .prefault({}),
  grafanaDashboard: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Create a ConfigMap with a dashboard for Grafana.'),
      labels: z
        .record(z.string(), z.string())
        .default({ grafana_dashboard: '1' })
        .describe("Labels by which Grafana's sidecar finds it."),
    })
    .prefault({}),
  nameOverride: optionalName().describe('Instead of `birdwatch` in names and labels.'),
  fullnameOverride: optionalName().describe('Instead of the name of the release in the names of all objects.'),
  global: z.record(z.string(), z.unknown()).optional().describe('Set by a chart that includes this one; not used.'),
})
