import type { hurried } from './product.js'

type Spec = ReturnType<typeof hurried>

interface BadBirdWatch {
  /** What is wrong, as a title. */
  what: string
  /** How the refusal calls the field; a regular expression. */
  field: string
  spec: (good: Spec) => object
}

const without = (good: Spec, ...fields: (keyof Spec)[]) =>
  Object.fromEntries(Object.entries(good).filter(([field]) => !fields.includes(field as keyof Spec)))

/** One field with a value that it can not have. */
const bad = (field: string, value: unknown, what = JSON.stringify(value)): BadBirdWatch => ({
  what: `${field}: ${what.slice(0, 30)}`,
  field,
  spec: good => ({ ...good, [field]: value }),
})

const missing = (field: keyof Spec): BadBirdWatch => ({
  what: `no ${field}`,
  field,
  spec: good => without(good, field),
})

const metrics = (what: string, field: string, list: object[]): BadBirdWatch => ({
  what,
  field,
  spec: good => ({ ...without(good, 'metric', 'deviation'), metrics: list }),
})

const errors = { name: 'errors', metric: 'vector(0)', deviation: 1 }

/** Whatever a person can get wrong, each with the field that the refusal has to name. */
export const badBirdWatches: readonly BadBirdWatch[] = [
  missing('service'),
  missing('canary_version'),
  missing('increment'),
  missing('interval'),
  missing('if_unhealthy'),
  missing('deviation'),
  missing('metric'),
  { what: 'neither metric nor metrics', field: 'metric', spec: good => without(good, 'metric', 'deviation') },
  { what: 'both metric and metrics', field: 'metrics', spec: good => ({ ...good, metrics: [errors] }) },
  bad('service', ''),
  bad('service', 'Aleph'),
  bad('service', 'a/../../b'),
  bad('service', 5),
  bad('canary_version', ''),
  bad('canary_version', 'v 04'),
  bad('canary_version', 'v'.repeat(64)),
  bad('increment', 0),
  bad('increment', 11),
  bad('increment', 2.5),
  bad('increment', '10'),
  bad('increment', -1),
  bad('interval', 0),
  bad('interval', 601),
  bad('interval', '5s'),
  bad('deviation', -0.1),
  bad('deviation', 'lots'),
  bad('deviation', null),
  bad('metric', ''),
  bad('metric', '   '),
  bad('metric', 'x'.repeat(5000)),
  bad('metric', ['up']),
  bad('if_unhealthy', 'explode'),
  bad('if_unhealthy', 'Rollback'),
  bad('direction', 'up'),
  bad('no_data', 'ignore'),
  bad('failures', 0),
  bad('failures', 11),
  bad('settle', -1),
  bad('traffic_limit', 0),
  bad('traffic_limit', 101),
  bad('at_limit', 'stop'),
  bad('paused', 'yes'),
  bad('mode', 'dry-run'),
  bad('propagation', 301),
  bad('stuck_after', 1),
  bad('baseline', 'never'),
  bad('provider', 'no-such-provider'),
  bad('provider', 'http://evil.example'),
  { what: 'subsets that are one', field: 'canary', spec: good => ({ ...good, subsets: { canary: 'production' } }) },
  { what: 'subsets as a list', field: 'subsets', spec: good => ({ ...good, subsets: ['a', 'b'] }) },
  { what: 'traffic without a bound', field: 'at_least', spec: good => ({ ...good, traffic: { metric: 'up' } }) },
  metrics('no metrics in the list', 'metrics', []),
  metrics('a metric without a name', 'name', [{ metric: 'up', deviation: 1 }]),
  metrics('a metric without a deviation', 'deviation', [{ name: 'a', metric: 'up' }]),
  metrics('two metrics of one name', 'metrics', [errors, errors]),
  metrics('each_check without a baseline_metric', 'baseline', [{ ...errors, baseline: 'each_check' }]),
  metrics('null for a metric', 'metrics', [null as never]),
  { what: 'a spec that is a text', field: 'spec|metric', spec: () => 'aleph' as never },
]
