import { expect, test } from 'vitest'
import { QueryError } from './promql/errors.js'
import { query } from './query.js'
import { TimeSeriesStore } from './series/tsdb.js'

const t0 = 1_700_000_000_000

/** A series with a value for each second. */
function storeWith(...values: number[]): TimeSeriesStore {
  const store = new TimeSeriesStore()
  for (const [i, value] of values.entries()) store.append({ __name__: 'x', a: 'b' }, t0 + 1_000 * i, value)
  return store
}

function refusal(expression: string): { type: string; message: string } {
  try {
    query(storeWith(1), expression, t0)
  } catch (error) {
    if (error instanceof QueryError) return { type: error.type, message: error.message }
  }
  throw new Error(`${expression} was not refused`)
}

const valueAt = (store: TimeSeriesStore, expression: string, seconds: number) =>
  (query(store, expression, t0 + 1_000 * seconds).result as { value: [number, string] }[])[0]?.value[1]

test('answers in the shapes of Prometheus', () => {
  const store = storeWith(1, 2)
  const at = (t0 + 1_000) / 1_000
  const ask = (expression: string) => query(store, expression, t0 + 1_000)
  expect(ask('x')).toEqual({ resultType: 'vector', result: [{ metric: { __name__: 'x', a: 'b' }, value: [at, '2'] }] })
  expect(ask('x[5s]')).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'x', a: 'b' },
        values: [
          [at - 1, '1'],
          [at, '2'],
        ],
      },
    ],
  })
  expect(ask('1.5')).toEqual({ resultType: 'scalar', result: [at, '1.5'] })
  expect(ask('"text"')).toEqual({ resultType: 'string', result: [at, 'text'] })
})

test('a sample at the very beginning of a range is not in it, as in Prometheus 3', () => {
  const store = storeWith(0, 10, 20, 30)
  expect(valueAt(store, 'count_over_time(x[2s])', 3)).toBe('2')
  expect(valueAt(store, 'increase(x[3s])', 3)).toBe('30')
})

test('a value counts for five minutes, and not at their end', () => {
  const store = storeWith(1)
  expect(valueAt(store, 'x', 299.999)).toBe('1')
  expect(valueAt(store, 'x', 300)).toBeUndefined()
})

test('a series that has ended has no value, but had one', () => {
  const store = storeWith(1, 2)
  store.end({ __name__: 'x', a: 'b' }, t0 + 2_000)
  expect(valueAt(store, 'x', 2)).toBeUndefined()
  expect(valueAt(store, 'x', 1.5)).toBe('2')
})

test('a counter is not extrapolated to before it was 0', () => {
  const store = new TimeSeriesStore()
  for (const [i, value] of [1, 11, 21].entries()) store.append({ __name__: 'x' }, t0 + 1_000 * (i + 7), value)
  expect(Number(valueAt(store, 'increase(x[10s])', 9))).toBeCloseTo(21, 10)
})

test('durations are numbers of seconds, and numbers durations, as in Prometheus 3', () => {
  const store = storeWith(1, 2, 3)
  expect(query(store, '1m30s', t0).result).toEqual([t0 / 1_000, '90'])
  expect(valueAt(store, 'count_over_time(x[2])', 2)).toBe('2')
})

test('a metric can be named in quotes, as in Prometheus 3', () => {
  expect(valueAt(storeWith(5), '{"x", a="b"}', 0)).toBe('5')
})

test.each([
  ['sum(', 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
  ['nonsense(x)', 'invalid parameter "query": 1:9: parse error: unknown function with name "nonsense"'],
  ['x\n y', 'invalid parameter "query": 2:2: parse error: unexpected "y"'],
  [
    'rate(x)',
    'invalid parameter "query": 1:6: parse error: expected type range vector in call to function "rate", got instant vector',
  ],
])('refuses %j as bad_data, and says where and why', (expression, message) => {
  expect(refusal(expression)).toEqual({ type: 'bad_data', message })
})

test.each([
  'topk(3, x)',
  'quantile(0.5, x)',
  'x[5m:1m]',
  'x @ 5',
  'x @ end()',
  'x * on (a) group_left x',
  'label_replace(x, "a", "b", "c", "d")',
  'predict_linear(x[5m], 60)',
  'x[5m + 1m]',
  'x + fill(0) x',
])('refuses %s, which Prometheus knows, and says that the playground does not', expression => {
  const { type, message } = refusal(expression)
  expect(type).toBe('bad_data')
  expect(message).toContain('not supported by the playground')
})

test('refuses what can not be computed from the samples as an execution error', () => {
  const store = storeWith(1)
  store.append({ __name__: 'x', a: 'c' }, t0, 2)
  store.append({ __name__: 'y', a: 'b' }, t0, 2)
  const failing = ['x + on () y', 'y + on () x', '{__name__=~"x|y", a="b"} + 1']
  for (const expression of failing)
    expect(() => query(store, expression, t0)).toThrow(expect.objectContaining({ type: 'execution' }))
})

test('numbers are written as Prometheus writes them', () => {
  const written = (expression: string) => (query(storeWith(), expression, t0).result as [number, string])[1]
  expect(['1/0', '-1/0', '0/0', '1e21', '1e-7', '0.000001', '123456789012'].map(written)).toEqual([
    '+Inf',
    '-Inf',
    'NaN',
    '1e+21',
    '1e-07',
    '0.000001',
    '123456789012',
  ])
})
