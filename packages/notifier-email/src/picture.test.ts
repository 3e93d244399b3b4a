import type { MetricNumbers, NoticeSnapshot } from '@birdwatch/core'
import { sampleNotice } from '@birdwatch/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePng } from '../test/png.js'
import { pictureOf, pictureWidth, rowHeight } from './picture.js'

const [background, track, canary, band, baseline, healthy, unhealthy, unknown] = [
  '#ffffff',
  '#e4e8ec',
  '#2f6fde',
  '#cfeeda',
  '#59636e',
  '#1a7f37',
  '#cf222e',
  '#8c959f',
]
const middle = pictureWidth / 2
const errors: MetricNumbers = { name: 'errors', baseline: 10, reading: 11, allowed: 2, verdict: 'healthy' }

function draw(facts: Partial<NoticeSnapshot>) {
  const { snapshot } = sampleNotice({ code: 'undone', version: 'v03' }, { facts })
  const picture = decodePng(pictureOf(snapshot))
  return { ...picture, inRow: (row: number, x: number) => picture.at(x, row * rowHeight + rowHeight / 2) }
}

const drawMetric = (metric: Partial<MetricNumbers>) => draw({ metrics: [{ ...errors, ...metric }] })

describe('The picture', () => {
  it('has a row for the weight and one for every metric, up to twenty.', () => {
    expect(draw({ metrics: [] })).toMatchObject({ width: pictureWidth, height: rowHeight })
    expect(draw({ metrics: [errors, errors] })).toMatchObject({ height: 3 * rowHeight })
    expect(draw({ metrics: Array.from({ length: 60 }, () => errors) })).toMatchObject({ height: 21 * rowHeight })
  })

  it('leaves room between its rows.', () => {
    const picture = draw({ weight: 100, metrics: [errors] })

    expect([0, rowHeight - 1, rowHeight, 2 * rowHeight - 1].map(y => picture.at(0, y))).toEqual(
      Array(4).fill(background),
    )
  })
})

describe('The weight', () => {
  it.each([
    [0, 0],
    [25, 60],
    [50, 120],
    [100, 240],
  ])('of %s %% fills as much of its row: %s pixels.', (weight, pixels) => {
    const picture = draw({ weight })
    const row = Array.from({ length: pictureWidth }, (_, x) => picture.inRow(0, x))

    expect(row.filter(colour => colour === canary)).toHaveLength(pixels)
    expect(row.filter(colour => colour === track)).toHaveLength(pictureWidth - pixels)
  })

  it('is seen, however small.', () => {
    expect(draw({ weight: 0.1 }).inRow(0, 0)).toBe(canary)
  })
})

describe('A metric', () => {
  it('shows its baseline in the middle of what is allowed.', () => {
    const picture = drawMetric({})

    expect([59, 60, 119, 120, 179, 180].map(x => picture.inRow(1, x))).toEqual([
      track,
      band,
      baseline,
      baseline,
      band,
      track,
    ])
  })

  it.each([
    ['healthy', 11, 150, healthy],
    ['unhealthy', 13, 210, unhealthy],
    ['unhealthy', 7, 30, unhealthy],
    ['inconclusive', 10.5, 135, unknown],
  ])('shows where a reading lies that is %s: %s.', (verdict, reading, x, colour) => {
    expect(drawMetric({ reading, verdict }).inRow(1, x)).toBe(colour)
  })

  it.each([1e21, -1e21, 1e6])('shows a reading that is far out within the picture: %s.', reading => {
    const picture = drawMetric({ reading, verdict: 'unhealthy' })

    expect(picture.inRow(1, reading > 0 ? 216 : 24)).toBe(unhealthy)
  })

  it('shows a baseline without a reading, and a reading without a baseline.', () => {
    const { reading: _, ...noReading } = errors
    const { baseline: __, ...noBaseline } = { ...errors, verdict: 'inconclusive' }

    expect(draw({ metrics: [noReading] }).inRow(1, middle)).toBe(baseline)
    expect(draw({ metrics: [noBaseline] }).inRow(1, middle)).toBe(unknown)
    expect(draw({ metrics: [noBaseline] }).inRow(1, 100)).toBe(track)
  })

  it('shows an empty track when nothing is known.', () => {
    const picture = draw({ metrics: [{ name: 'errors', allowed: 1, verdict: 'inconclusive' }] })

    expect(picture.inRow(1, middle)).toBe(track)
  })

  it('can be shown when no deviation is allowed and there is none.', () => {
    expect(drawMetric({ baseline: 0, reading: 0, allowed: 0 }).inRow(1, middle)).toBe(healthy)
  })

  it('can be shown whatever its numbers are.', () => {
    const number = fc.double()
    const metric = fc.record(
      { name: fc.string(), baseline: number, reading: number, allowed: number, verdict: fc.string() },
      { requiredKeys: ['name', 'allowed', 'verdict'] },
    )

    fc.assert(fc.property(number, metric, (weight, one) => draw({ weight, metrics: [one] }).width === pictureWidth))
  })
})
