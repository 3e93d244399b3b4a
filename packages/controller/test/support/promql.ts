import { parser } from '@prometheus-io/lezer-promql'

/** What a query names. */
export interface Named {
  readonly metrics: readonly string[]
  /** In matchers, in `by`, `on` and `group_left`. */
  readonly labels: readonly string[]
}

/** What a query names, by Prometheus's own grammar; throws when it can not be parsed. */
export function namedIn(query: string): Named {
  const [metrics, labels] = [new Set<string>(), new Set<string>()]
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError) throw new SyntaxError(`${query} is no PromQL at ${node.from}`)
      const text = query.slice(node.from, node.to)
      if (node.name === 'Identifier') metrics.add(text)
      if (node.name === 'LabelName') labels.add(text)
    },
  })
  return { metrics: [...metrics], labels: [...labels] }
}
