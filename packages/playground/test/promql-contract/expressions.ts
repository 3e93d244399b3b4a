import fc from 'fast-check'

/** What the examples and the documentation use, and the corners of each function. */
export const chosen: readonly string[] = [
  'requests_total',
  'requests_total{version="v1"}',
  'requests_total{version!="v1", code=~"5.."}',
  '{__name__=~"re.*|limit", version!~"v[12]"}',
  'requests_total{nothing=""}',
  'load offset 30s',
  'rate(requests_total[1m] offset 1m)',
  'rate(requests_total[30s])',
  'rate(requests_total[10m])',
  'irate(requests_total[30s])',
  'increase(requests_total{version="v3"}[2m])',
  'delta(load[45s])',
  'idelta(load[45s])',
  'resets(requests_total[5m])',
  'changes(load[5m])',
  'rate(requests_total[2s])',
  'rate(requests_total[1s])',
  'sum(irate(requests_total{service="aleph",version="v2",code="500"}[30s]))',
  'sum(rate(requests_total{code=~"5.."}[1m])) / sum(rate(requests_total[1m]))',
  'sum by (version) (rate(requests_total{code="500"}[1m])) / sum by (version) (rate(requests_total[1m]))',
  'sum without (code, service) (rate(requests_total[1m]))',
  'avg(load)',
  'min by (service) (load)',
  'max(load) by (version)',
  'count(requests_total) by (code)',
  'group(requests_total) by (code)',
  'sum(nothing)',
  'count(nothing) or vector(0)',
  'histogram_quantile(0.99, sum(rate(latency_bucket[1m])) by (le))',
  'histogram_quantile(0.5, rate(latency_bucket[30s]))',
  'histogram_quantile(0, latency_bucket)',
  'histogram_quantile(1, latency_bucket)',
  'histogram_quantile(2, latency_bucket)',
  'histogram_quantile(-1, latency_bucket)',
  'histogram_quantile(0.9, latency_bucket{le!="+Inf"})',
  'histogram_quantile(0.9, load)',
  'load > 0',
  'load > bool 0',
  '0 < load',
  '1 < bool 2',
  'load == load',
  'load != bool load',
  'load % 2',
  'load ^ 2',
  '-2 ^ 2',
  '2 ^ 3 ^ 2',
  '(-2) ^ 2',
  '-load',
  '+load',
  '-(-1)',
  'load / on (service) limit',
  'sum by (service) (load) / on (service) limit',
  'sum by (service) (load) / limit',
  'sum by (service) (load) > ignoring (version) limit',
  'max by (service) (load) > bool on (service) limit',
  'load and on (service) limit > 10',
  'load unless on (version) requests_total{code="503"}',
  'load or requests_total{version="v1"}',
  'requests_total + 1 or load',
  '1 / 0',
  '-1 / 0',
  '0 / 0',
  'load / 0',
  'vector(1)',
  'vector(time())',
  'scalar(limit{service="beth"}) + 1',
  'scalar(limit)',
  'clamp(load, -1, 1)',
  'clamp(load, 1, -1)',
  'clamp_min(load, 0)',
  'clamp_max(load, 0)',
  'abs(load)',
  'ceil(load) - floor(load)',
  'round(load, 0.25)',
  'round(load)',
  'sqrt(load)',
  'ln(load) + log2(load) + log10(load) + exp(load)',
  'sgn(load)',
  'absent(nothing{a="b",c=~"d"})',
  'absent(load)',
  'absent(sum(nothing))',
  'timestamp(requests_total{version="v3"}) - time()',
  'timestamp(load + 0) - time()',
  'avg_over_time(load[1m])',
  'sum_over_time(load[1m]) / count_over_time(load[1m])',
  'max_over_time(load[1m]) - min_over_time(load[1m])',
  'last_over_time(requests_total[5m])',
  'present_over_time(requests_total[1m])',
  'load[3s]',
  '"text"',
  "'it''s'",
  '`raw \\n`',
  '0x1F + 1e3 + .5',
  'Inf - Inf',
  'sum(load) # of everything',
]

/** What Prometheus refuses. */
export const refused: readonly string[] = [
  '',
  'sum(',
  'load{',
  'load{}}',
  'load load',
  '{}',
  '{a=""}',
  '{a=~".*"}',
  'load{a=~"("}',
  'rate(load)',
  'rate(load[5m], 1)',
  'rate()',
  'nonsense(load)',
  'abs(load[5m])',
  'sum(1)',
  'sum(load[5m])',
  'sum(load, load)',
  'load[5m] + 1',
  '"a" + 1',
  '1 > 2',
  '1 and 2',
  'load and 1',
  'load + bool load',
  'load + on (a) 1',
  '-"a"',
  '(load + 1)[5m]',
  'load[0s]',
  'load[5x]',
  'load offset',
  'sum(load) offset 5m',
  'load == = 1',
  'clamp(load, 1)',
  'vector(load)',
  'scalar(1)',
  '"unterminated',
]

const vectors = [
  'requests_total',
  'requests_total{code="200"}',
  'load',
  'limit',
  'load{service="aleph"}',
  'idle_total',
  'nothing',
]
const ranges = ['5s', '30s', '1m', '4m']
const rangeFunctions = [
  'rate',
  'irate',
  'increase',
  'delta',
  'avg_over_time',
  'max_over_time',
  'count_over_time',
  'resets',
]
const aggregations = ['sum', 'avg', 'min', 'max', 'count']
const groupings = ['', 'by (version)', 'by (service, version)', 'without (code)', 'by ()', 'without (le, version)']
const matchings = ['', 'on (version)', 'on (service)', 'ignoring (code)', 'on (service, version)', 'on ()']
const operators = ['+', '-', '*', '/', '%', '^']
const comparisons = ['==', '!=', '>', '<', '>=', '<=']
const numbers = ['0', '1', '2.5', '-3', '100']

const of = (values: readonly string[]) => fc.constantFrom(...values)

/** Expressions put together by chance, each a vector; Prometheus refuses some of them. */
const { vector } = fc.letrec<{ vector: string }>(tie => ({
  vector: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    of(vectors),
    fc.tuple(of(rangeFunctions), of(vectors), of(ranges)).map(([name, from, range]) => `${name}(${from}[${range}])`),
    fc.tuple(of(aggregations), of(groupings), tie('vector')).map(([name, by, from]) => `${name} ${by} (${from})`),
    fc.tuple(tie('vector'), of([...operators, ...comparisons]), of(numbers)).map(([v, op, n]) => `(${v}) ${op} ${n}`),
    fc.tuple(of(numbers), of(comparisons), tie('vector')).map(([n, op, v]) => `${n} ${op} bool (${v})`),
    fc
      .tuple(tie('vector'), of([...operators, ...comparisons, 'and', 'or', 'unless']), of(matchings), tie('vector'))
      .map(([a, op, matching, b]) => `(${a}) ${op} ${matching} (${b})`),
    fc.tuple(of(['abs', '-', 'ceil', 'clamp_min']), tie('vector')).map(([name, v]) => unary(name, v)),
  ),
}))

function unary(name: string, operand: string): string {
  if (name === '-') return `-(${operand})`
  return name === 'clamp_min' ? `clamp_min(${operand}, 1)` : `${name}(${operand})`
}

/** So many of them, the same in every run. */
export const random = (count: number): string[] => fc.sample(vector, { numRuns: count, seed: 2_024 })
