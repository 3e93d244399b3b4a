import type uPlot from 'uplot'
import type { Colours } from './theme.js'

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
const exactTime = new Intl.DateTimeFormat(undefined, {
  timeStyle: 'medium',
  hour12: false,
} as Intl.DateTimeFormatOptions)

const minute = 60_000

/** Where the time axis may have its ticks, milliseconds. */
const increments = [1000, 5000, 15_000, 30_000, minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute].concat(
  [1, 2, 4, 8, 12, 24, 48, 168].map(hours => hours * 60 * minute),
)

const label = (splits: readonly number[], value: number): string => {
  const fine = splits.length > 1 && (splits[1] ?? 0) - (splits[0] ?? 0) < minute
  return (fine ? exactTime : time).format(value)
}

/** What the charts of one page have in common: the same times below each other, and one cursor for all. */
export function common(
  colours: Colours,
  range: () => [number, number],
): Omit<uPlot.Options, 'width' | 'height' | 'series'> {
  const font = '11px Inter, "Helvetica Neue", "Liberation Sans", Arial, sans-serif'
  const axis = { stroke: colours.faint, font, ticks: { show: false }, grid: { stroke: colours.grid, width: 1 } }
  return {
    ms: 1,
    legend: { show: false },
    padding: [8, 26, 0, 0],
    cursor: { sync: { key: 'rollout' }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
    scales: { x: { time: true, range } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 58,
        incrs: increments,
        grid: { show: false },
        values: (_plot: uPlot, splits: number[]) => splits.map(value => label(splits, value)),
      },
      { ...axis, size: 48, space: 32 },
    ],
  }
}

/** A dashed line across the chart. */
export function drawLevel(plot: uPlot, value: number, colour: string): void {
  const { left, width, top, height } = plot.bbox
  const y = Math.round(plot.valToPos(value, 'y', true))
  if (y < top || y > top + height) return
  const { ctx: context } = plot
  context.save()
  context.strokeStyle = colour
  context.lineWidth = devicePixelRatio
  context.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio])
  context.beginPath()
  context.moveTo(left, y)
  context.lineTo(left + width, y)
  context.stroke()
  context.restore()
}
