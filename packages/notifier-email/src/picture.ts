import type { MetricNumbers, NoticeSnapshot } from '@birdwatch/core'
import { mostMetrics } from './letter.js'
import { type Bitmap, encodePng } from './png.js'

/** How wide the picture is, in pixels. */
export const pictureWidth = 240
/** How high each of its rows is, in pixels: the weight has one, and every metric. */
export const rowHeight = 24

const colours = {
  background: '#ffffff',
  track: '#e4e8ec',
  canary: '#2f6fde',
  band: '#cfeeda',
  baseline: '#59636e',
  healthy: '#1a7f37',
  unhealthy: '#cf222e',
  unknown: '#8c959f',
} as const
type Colour = keyof typeof colours

/** Fills a rectangle of one row, from `left` up to `right`; what does not fit into the picture is left out. */
function fill(
  bitmap: Bitmap,
  row: number,
  [left, right]: readonly [number, number],
  inset: number,
  colour: Colour,
): void {
  const { width, pixels } = bitmap
  const index = Object.keys(colours).indexOf(colour)
  const from = Math.max(0, Math.round(left))
  const to = Math.min(width, Math.round(right))
  if (!(from < to)) return
  for (let y = row * rowHeight + inset; y < (row + 1) * rowHeight - inset; y++)
    pixels.fill(index, y * width + from, y * width + to)
}

function drawWeight(bitmap: Bitmap, weight: number): void {
  fill(bitmap, 0, [0, pictureWidth], 7, 'track')
  // A weight above 0 is seen, however small.
  if (weight > 0) fill(bitmap, 0, [0, Math.max(2, (pictureWidth * weight) / 100)], 7, 'canary')
}

/** A track with the allowed band in it around a tick for the baseline, and the reading where it lies. */
function drawMetric(bitmap: Bitmap, row: number, { baseline, reading, allowed, verdict }: MetricNumbers): void {
  fill(bitmap, row, [0, pictureWidth], 7, 'track')
  const centre = baseline ?? reading
  if (centre === undefined) return
  const reach = Math.max(2 * allowed, 1.25 * Math.abs((reading ?? centre) - centre)) || 1
  const x = (value: number) => pictureWidth * (0.5 + (value - centre) / (2 * reach))
  if (baseline !== undefined) {
    fill(bitmap, row, [x(baseline - allowed), x(baseline + allowed)], 7, 'band')
    fill(bitmap, row, [x(baseline) - 1, x(baseline) + 1], 7, 'baseline')
  }
  const judged = verdict === 'healthy' || verdict === 'unhealthy' ? verdict : 'unknown'
  if (reading !== undefined) fill(bitmap, row, [x(reading) - 3, x(reading) + 3], 3, judged)
}

/** Draws the weight, and below it each metric's reading against its baseline and what is allowed, as PNG. */
export function pictureOf({ weight, metrics }: NoticeSnapshot): Buffer {
  const shown = metrics.slice(0, mostMetrics)
  const height = rowHeight * (1 + shown.length)
  const bitmap = { width: pictureWidth, height, pixels: new Uint8Array(pictureWidth * height) }
  drawWeight(bitmap, weight)
  for (const [index, metric] of shown.entries()) drawMetric(bitmap, index + 1, metric)
  return encodePng(bitmap, Object.values(colours))
}
