import type { MetricDefinition } from '../telemetry/catalogue.js'
import { metricCatalogue, rolloutMetrics } from '../telemetry/catalogue.js'
import { code, page, table } from './markdown.js'

/** Every metric that the controller serves. */
export const metricsPage = (): string =>
  page(
    'Metrics',
    'packages/controller/src/telemetry/catalogue.ts',
    "The controller serves its metrics in Prometheus's text format at `/metrics`, on the port of `http.port` (8080). Every label has a bounded number of values. [Operations](operations.md) tells what the alerts on them mean.",
    '## Rollouts\n\nOnly the replica that leads serves these. Each series has the labels `namespace` and `name` of its BirdWatch, and ends with it.',
    rows(rolloutMetrics, ['namespace', 'name']),
    '## The process',
    rows(Object.fromEntries(Object.entries(metricCatalogue).filter(([name]) => !(name in rolloutMetrics)))),
    'Beside these, Node tells of the process itself: memory, CPU, event loop, garbage collection (`process_*` and `nodejs_*`).',
  )

const rows = (metrics: Readonly<Record<string, MetricDefinition>>, implied: readonly string[] = []): string =>
  table(
    ['name', 'type', 'labels', 'meaning'],
    Object.entries(metrics).map(([name, { type, help, labels }]) => [
      code(name),
      type,
      labels
        .filter(label => !implied.includes(label))
        .map(code)
        .join(', '),
      help,
    ]),
  )
