import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { facts, now, ready, snapshot, state, versions } from '../../test/builders.js'
import type { ReadyTraffic } from '../ports.js'
import type { ProcessFacts } from '../snapshot.js'
import { labelsAreOurs, shows, standingOf } from './standing.js'

/** Weight 20 is wanted and was 15 before; it was decided at generation 7. */
const before = state('Progressing')
const us = { name: 'birdwatch', self: true }
const them = { name: 'argocd-controller', self: false }
const answered = { wrote: { at: now, step: before.step } }

const standing = (traffic: Partial<ReadyTraffic>, process: Partial<ProcessFacts> = {}) =>
  standingOf(before, snapshot(before, { traffic: ready(before, traffic), process: facts(process) }))

describe('standingOf', () => {
  test.each<[string, Partial<ReadyTraffic>, Partial<ProcessFacts>, string]>([
    ['the wanted weight', { weight: 20 }, {}, 'in_step'],
    ['the wanted weight, by somebody else', { weight: 20, writer: them, generation: 99 }, {}, 'in_step'],
    ['the weight before, at the generation of the save', { weight: 15, generation: 7 }, {}, 'unapplied'],
    ['the weight before, one generation later', { weight: 15, generation: 8, writer: them }, {}, 'unapplied'],
    ['the weight before, two generations later', { weight: 15, generation: 9, writer: them }, {}, 'foreign'],
    ['the weight before, two generations later, by us', { weight: 15, generation: 9, writer: us }, {}, 'ours'],
    ['the weight before, after our answer', { weight: 15, generation: 8, writer: them }, answered, 'foreign'],
    ['the weight before, after our answer, by us', { weight: 15, generation: 8, writer: us }, answered, 'ours'],
    ['another weight, by us', { weight: 30, writer: us }, {}, 'ours'],
    ['another weight, by somebody else', { weight: 30, writer: them }, {}, 'foreign'],
    ['another weight, by nobody knows whom', { weight: 30, writer: undefined }, {}, 'foreign'],
    ['routes that disagree, by us', { uniform: false, writer: us }, {}, 'ours'],
    ['routes that disagree, by somebody else', { uniform: false, writer: them }, {}, 'foreign'],
    ['another canary label', { weight: 20, versions: { ...versions, canary: 'v9' }, writer: us }, {}, 'foreign'],
    [
      'another production label',
      { weight: 20, versions: { ...versions, production: 'v0' }, writer: us },
      {},
      'foreign',
    ],
  ])('%s', (_, traffic, process, expected) => {
    expect(standing(traffic, process)).toBe(expected)
  })

  test.each(['missing', 'unusable', 'unknown'] as const)('is absent while the routes are %s', how => {
    const seen = snapshot(before, { traffic: { state: how, reason: 'none' } })

    expect(standingOf(before, seen)).toBe('absent')
  })

  test('never takes a weight that is neither wanted nor was before for an intent of ours', () => {
    const weight = fc.integer({ min: 0, max: 100 }).filter(w => w !== 20 && w !== 15)
    fc.assert(
      fc.property(weight, fc.integer({ min: 1, max: 20 }), fc.boolean(), (found, generation, self) => {
        const seen = standing({ weight: found, generation, writer: { name: 'w', self } })
        expect(seen).toBe(self ? 'ours' : 'foreign')
      }),
      { seed: 1 },
    )
  })
})

describe('shows', () => {
  test('a weight that every route has', () => {
    expect(shows(ready(before), 20)).toBe(true)
    expect(shows(ready(before), 21)).toBe(false)
    expect(shows(ready(before, { uniform: false }), 20)).toBe(false)
    expect(shows({ state: 'missing', reason: 'none' }, 0)).toBe(false)
  })
})

describe('labelsAreOurs', () => {
  test('where there are none, or both are', () => {
    expect(labelsAreOurs(before, ready(before))).toBe(true)
    expect(labelsAreOurs(before, ready(before, { versions: undefined }))).toBe(true)
    expect(labelsAreOurs(before, ready(before, { versions: { production: 'v0', canary: 'v2' } }))).toBe(false)
  })

  test('where production is not known, the canary’s alone decides', () => {
    const { productionVersion: _, ...unknown } = before

    expect(labelsAreOurs(unknown, ready(before, { versions: { production: 'v0', canary: 'v2' } }))).toBe(true)
  })
})
