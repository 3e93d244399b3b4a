import { BirdWatchError } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { metricFixture, routerFixture } from '../../test/fixtures.js'
import { registered, verdict } from '../../test/mutants.js'
import { conformanceRules, metricProviderSuite, trafficRouterSuite } from '../index.js'
import { ConformanceError } from './suite.js'

const tokenRule = 'router/stale-token-is-refused'

describe('A conformance suite', () => {
  it('registers one test per rule, titled with its code and its promise.', () => {
    const tests = registered(metricProviderSuite, { create: metricFixture })

    const rules = [...tests].map(([code, { title }]) => ({ code, title }))
    expect(rules).toEqual(conformanceRules.MetricProvider)
  })

  it('lists a rule that is excepted under the reason, instead of skipping it.', () => {
    const exceptions = { 'metric/several-series': 'the service aggregates' }

    const tests = registered(metricProviderSuite, { create: metricFixture, exceptions })

    expect(tests.get('metric/several-series')?.title).toBe('does not apply, the service aggregates')
  })

  it('refuses an exception for a rule that does not exist, by its name.', () => {
    const exceptions = { 'metric/several': 'a typing error' } as object

    const register = () => registered(metricProviderSuite, { create: metricFixture, exceptions })

    expect(register).toThrow(ConformanceError)
    expect(register).toThrow('metric/several')
  })

  it('proves of an excepted feature that it is really left out.', async () => {
    const error = await verdict(trafficRouterSuite, tokenRule, () => routerFixture(), {
      [tokenRule]: 'it has no tokens',
    })

    expect(error).toMatchObject({ rule: tokenRule, seen: 'the token of a router that is said to have none "1"' })
  })

  it('says which rule was broken, what was seen and what was expected.', async () => {
    const broken = () => ({ ...metricFixture(), noData: 'zero' })

    const error = await verdict(metricProviderSuite, 'metric/no-data-is-null', broken)

    expect(error).toMatchObject({
      name: 'ConformanceError',
      rule: 'metric/no-data-is-null',
      seen: 'zero resolve to the value 0',
      expected: 'null',
      message: 'metric/no-data-is-null: saw zero resolve to the value 0; expected null',
    })
  })

  it('names the part of the fixture that a rule needs.', async () => {
    const { moment: _, ...rest } = metricFixture()

    const error = await verdict(metricProviderSuite, 'metric/asks-for-the-moment', () => rest)

    expect(error).toMatchObject({ seen: 'a fixture without `moment`' })
  })

  it('keeps an error that it did not expect as the cause.', async () => {
    const cause = new BirdWatchError('METRIC_UNREACHABLE', 'nobody listens')
    const broken = () => ({
      ...metricFixture(),
      provider: { contract: 1, query: () => Promise.reject(cause) } as const,
    })

    const error = await verdict(metricProviderSuite, 'metric/no-data-is-null', broken)

    expect(error).toMatchObject({ cause, seen: 'the error BirdWatchError METRIC_UNREACHABLE: nobody listens' })
  })

  it('closes the fixture after a rule, kept or not.', async () => {
    const closed: string[] = []
    const fixture = { ...metricFixture(), close: () => void closed.push('closed') }

    await verdict(metricProviderSuite, 'metric/number', () => fixture)
    await verdict(metricProviderSuite, 'metric/no-data-is-null', () => ({ ...fixture, noData: 'zero' }))

    expect(closed).toEqual(['closed', 'closed'])
  })
})

describe('The catalogue of rules', () => {
  const rules = Object.values(conformanceRules).flat()

  it('has a code of its own for every rule, with the port in front.', () => {
    const codes = rules.map(({ code }) => code)

    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.filter(code => !/^(metric|notifier|router|store)\/[a-z0-9-]+$/.test(code))).toEqual([])
  })

  it('has a sentence for every rule.', () => {
    expect(rules.filter(({ title }) => !/^[A-Z].+\.$/.test(title))).toEqual([])
  })
})
