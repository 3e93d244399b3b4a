import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runbookUrl } from '../src/chart/values.js'
import { type MetricDefinition, metricCatalogue } from '../src/telemetry/catalogue.js'
import { Telemetry } from '../src/telemetry/telemetry.js'
import { namedIn } from './support/promql.js'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

interface Panel {
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
}
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { query: string } }[]
  }
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly annotations: { runbook_url: string }
    }[]
  }[]
}

const { panels, templating } = JSON.parse(read('helm/files/dashboard.json')) as Dashboard
const rules = (parse(read('helm/files/rules.yaml')) as Rules).groups.flatMap(group => group.rules)

/** Grafana's variables as it fills them in. */
const filledIn = (query: string) => query.replaceAll(/\$__(rate_interval|range)/g, '5m')

/** Names of series that are served, with the labels that each may have. */
const served = new Map<string, ReadonlySet<string>>()
for (const [name, { type, labels }] of Object.entries(metricCatalogue) as [string, MetricDefinition][])
  for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
    served.set(name + suffix, new Set([...labels, ...(suffix === '_bucket' ? ['le'] : [])]))
for (const [, name = ''] of (await new Telemetry('1.2.3').text()).matchAll(/^# TYPE ((?:process|nodejs)_\w+)/gm))
  served.set(name, new Set())

/** Whatever scrapes adds these. */
const scraped = ['job', 'instance']

/** What a query names and nothing serves. */
function unknownIn(query: string): string[] {
  const { metrics, labels } = namedIn(query)
  const known = new Set([...scraped, ...metrics.flatMap(name => [...(served.get(name) ?? [])])])
  return [...metrics.filter(name => !served.has(name)), ...labels.filter(label => !known.has(label))]
}

describe('The dashboard', () => {
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

  it.each(queries)('asks in “%s” only for series that are served: %s', (_, query) => {
    expect(unknownIn(filledIn(query))).toEqual([])
  })

  it('offers only values of labels that are served', () => {
    const asked = templating.list.flatMap(({ query }) =>
      typeof query === 'string' ? [] : [...query.query.matchAll(/^label_values\((.*), (\w+)\)$/g)],
    )
    expect(asked).toHaveLength(2)
    expect(asked.flatMap(([, selector = '', label = '']) => unknownIn(`sum by (${label}) (${selector})`))).toEqual([])
  })

  it('shows every metric of rollouts', () => {
    const shown = new Set(queries.flatMap(([, query]) => namedIn(filledIn(query)).metrics))
    const left = Object.keys(metricCatalogue).filter(name => name.startsWith('birdwatch_rollout_') && !shown.has(name))
    expect(left).toEqual([
      'birdwatch_rollout_interval_seconds',
      'birdwatch_rollout_verdict',
      'birdwatch_rollout_verdict_age_seconds',
    ])
  })
})

describe('An alert', () => {
  it.each(rules.map(({ alert, expr }) => [alert, expr]))('%s asks only for series that are served', (_, query) => {
    expect(unknownIn(query)).toEqual([])
  })

  const headings = [...read('docs/operations.md').matchAll(/^#+ (.*)$/gm)].map(
    ([, title = '']) =>
      `${runbookUrl}#${title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')}`,
  )
  it.each(rules.map(rule => [rule.alert, rule.annotations.runbook_url]))('%s has a runbook: %s', (_, runbook) => {
    expect(headings).toContain(runbook)
  })
})

describe('The documentation', () => {
  const pages = readdirSync(new URL('../../../docs/', import.meta.url)).filter(name => name.endsWith('.md'))

  it.each(pages)('names in %s only metrics that are served', name => {
    const named = [...read(`docs/${name}`).matchAll(/\bbirdwatch_[a-z_]+\b/g)].map(([metric]) => metric)
    expect(named.filter(metric => !served.has(metric) && !Object.hasOwn(metricCatalogue, metric))).toEqual([])
  })
})
