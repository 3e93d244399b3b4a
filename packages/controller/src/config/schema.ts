import { z } from 'zod'

const name = z
  .string()
  .max(63, 'at most 63 characters long')
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'a name of lower case letters, digits and -')
const namespaces = z.array(name)
const seconds = (min: number, max: number) => z.number().min(min).max(max)

/** One configured plugin of a kind. */
const instance = (builtIn: string, concurrency: number) =>
  z.strictObject({
    name: name.describe('Its name in logs and metrics; a BirdWatch chooses a provider by it.'),
    type: z.string().min(1).describe(`${builtIn}, or a plugin: the name of an npm package, or the path of a module.`),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("The plugin's own options. `{ env: NAME }` and `{ file: path }` stand for a secret from there."),
    namespaces: namespaces.min(1).optional().describe('The namespaces whose BirdWatches may use it (default: all).'),
    timeoutSeconds: seconds(0.1, 300).default(10).describe('How long one request may take.'),
    concurrency: z.int().min(1).max(1000).default(concurrency).describe('How many requests may be under way at once.'),
  })

/** The configuration file. Every key has a default: an empty file is a good one. */
export const configurationSchema = z.strictObject({
  clusterDomain: z
    .string()
    .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, 'a DNS domain')
    .default('cluster.local')
    .describe("The cluster's DNS domain."),
  namespaces: namespaces.default([]).describe('The namespaces to watch (default: all).'),
  providers: z
    .array(instance('`prometheus`, `datadog`', 20))
    .max(50)
    .default([])
    .describe('Where metrics come from; the first is the default (default: Prometheus at `PROMETHEUS_URL`).'),
  notifiers: z
    .array(instance('`slack`, `email`', 4))
    .max(50)
    .default([])
    .describe('Who is notified (default: Slack, when `SLACK_API_TOKEN` is set).'),
  router: z
    .strictObject({
      name: name.default('router').describe('What it is called in logs and in metrics.'),
      type: z
        .string()
        .min(1)
        .default('istio')
        .describe(
          '`istio`, or a plugin: the name of an npm package, or the path of a module; with one, Istio need not be there.',
        ),
      options: z.record(z.string(), z.unknown()).default({}).describe("The plugin's own options, as for providers."),
      timeoutSeconds: seconds(0.1, 300).default(10).describe('How long one request of the plugin may take.'),
    })
    .prefault({})
    .describe('What moves the traffic.'),
  leaderElection: z
    .strictObject({
      enabled: z.boolean().default(true).describe('False only where there can never be a second process.'),
      namespace: name.optional().describe('Where the Lease is (default: the namespace of the pod).'),
      name: name.default('birdwatch').describe('The name of the Lease.'),
      leaseSeconds: seconds(2, 300).default(15).describe('After this long without renewal another process takes over.'),
    })
    .prefault({}),
  mesh: z
    .strictObject({
      periodSeconds: seconds(0, 60)
        .default(1)
        .describe('Increases of all rollouts are written in one burst per period; a rollback never waits.'),
    })
    .prefault({}),
  http: z
    .strictObject({
      host: z.string().min(1).default('0.0.0.0').describe('The address to listen on.'),
      port: z.int().min(0).max(65_535).default(8080).describe('The port; 0 takes any that is free.'),
    })
    .prefault({}),
  dashboard: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Whether the page of rollouts is served. It only looks, and has no login.'),
      host: z
        .string()
        .min(1)
        .default('127.0.0.1')
        .describe('The address to listen on; at the default it is reached by `kubectl port-forward` alone.'),
      port: z.int().min(0).max(65_535).default(8081).describe('The port; 0 takes any that is free.'),
      hosts: z
        .array(z.string().regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, 'a host name in lower case, without port'))
        .default([])
        .describe(
          'Names, without port, by which it may be asked for besides `localhost`: those of a proxy with a login.',
        ),
    })
    .prefault({}),
  tracing: z
    .strictObject({
      endpoint: z
        .url('a URL')
        .regex(/^https?:\/\/[^@]+$/, 'an http or https URL without a password')
        .optional()
        .describe(
          'Where traces are sent by OTLP over HTTP, e.g. `http://collector:4318/v1/traces` (default: where `OTEL_EXPORTER_OTLP_ENDPOINT` says, else nowhere).',
        ),
      headers: z
        .record(z.string(), z.unknown())
        .default({})
        .describe('Sent along; `{ env: NAME }` and `{ file: path }` stand for a secret from there.'),
      ratio: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('The share of passes that are traced (default: `OTEL_TRACES_SAMPLER_ARG`, else all).'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is logged.'),
    })
    .prefault({}),
})

export type Configuration = z.output<typeof configurationSchema>
export type Instance = Configuration['providers'][number]
