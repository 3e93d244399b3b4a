import { figure } from '@birdwatch/core'
import { useMemo, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import type { Point } from '../../src/history/point.js'
import type { MetricView } from '../../src/view/view.js'
import { timeOf } from '../format.js'
import { HealthMark } from '../ui/health.js'
import { drawMark, spacing } from './marks.js'
import { common } from './options.js'
import { Plot } from './plot.js'
import { bandAround, indexAt, type ReadingSeries, rangeOf, readingSeries } from './series.js'
import { type Colours, colourOf, useColours } from './theme.js'

interface Props {
  readonly metric: MetricView
  readonly points: readonly Point[]
  readonly now: number
  readonly range: readonly [number, number]
}

interface Shown {
  readonly series: ReadingSeries
  readonly metric: MetricView
  readonly range: readonly [number, number]
}

/** A metric's readings against its baseline and what is allowed around it. */
export function MetricChart({ metric, points, now, range }: Props) {
  const colours = useColours()
  const series = useMemo(() => readingSeries(points, metric.name), [points, metric.name])
  const { times, readings, baselines } = series
  // As time goes by the same data is drawn anew, over more of it.
  const data = useMemo<uPlot.AlignedData>(() => [[...times], [...readings], [...baselines]], [series, range[1]])
  const shown = useRef<Shown>({ series, metric, range })
  shown.current = { series, metric, range }
  const [hover, setHover] = useState<number>()
  const at = hover === undefined ? times.length - 1 : indexAt(times, hover)
  const time = times[at]
  const reading = hover === undefined ? metric.reading : readings[at]
  const baseline = hover === undefined ? metric.baseline : baselines[at]
  const health = hover === undefined ? metric.health : (series.health[at] ?? 'unknown')
  return (
    <figure class="chart">
      <figcaption>
        <h3>{metric.name}</h3>
        <p class="readout">
          {typeof reading === 'number' && <b>{figure(reading)}</b>}
          {typeof baseline === 'number' && <span>baseline {figure(baseline)}</span>}
          <span>{allowed(metric, baseline)}</span>
          {hover !== undefined && time !== undefined && <span>{timeOf(time, now)}</span>}
          <HealthMark health={health} />
        </p>
      </figcaption>
      {times.length === 0 ? (
        <p class="none">Not measured yet.</p>
      ) : (
        <Plot
          label={`${metric.name}: reading ${numberOf(metric.reading)}, baseline ${numberOf(metric.baseline)}, ${allowed(metric, metric.baseline)}, ${metric.health}`}
          height={132}
          data={data}
          look={colours}
          options={() => optionsFor(colours, shown, setHover)}
        />
      )}
      <details class="query">
        <summary>Query{metric.provider === undefined ? '' : ` to ${metric.provider}`}</summary>
        <code>{metric.query}</code>
      </details>
    </figure>
  )
}

const numberOf = (value: number | null | undefined): string => (typeof value === 'number' ? figure(value) : '—')

/** What is allowed: as numbers to compare with once there is a baseline, else as the deviation from it. */
function allowed({ deviation, direction }: MetricView, baseline: number | null | undefined): string {
  const sign = { either: '±', increase: '+', decrease: '−' }[direction]
  if (typeof baseline !== 'number') return `${sign}${figure(deviation)} allowed`
  const { low, high } = bandAround(baseline, { deviation, direction })
  if (low === undefined) return `allowed up to ${numberOf(high)}`
  return high === undefined ? `allowed from ${figure(low)}` : `allowed ${figure(low)} to ${figure(high)}`
}

function optionsFor(
  colours: Colours,
  shown: { current: Shown },
  setHover: (at: number | undefined) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const base = common(colours, () => [...shown.current.range])
  return {
    ...base,
    scales: { ...base.scales, y: { range: () => heights(shown.current) } },
    series: [
      {},
      { stroke: colours.reading, width: 1.75, points: { show: false }, spanGaps: false },
      { stroke: colours.faint, width: 1, dash: [4, 4], points: { show: false } },
    ],
    hooks: {
      drawClear: [plot => drawBand(plot, shown.current, colours)],
      draw: [
        plot => {
          const { times, readings, health } = shown.current.series
          const fits = spacing()
          readings.forEach((reading, i) => {
            const verdict = health[i] ?? 'unknown'
            // Among healthy ones a mark on each would hide the line; the last one is where it is now.
            if (reading === null || (verdict === 'healthy' && i < readings.length - 1)) return
            const [x, y] = [plot.valToPos(times[i] ?? 0, 'x', true), plot.valToPos(reading, 'y', true)]
            if (!fits(x, verdict)) return
            drawMark(plot.ctx, { x, y, health: verdict, colour: colourOf(verdict, colours), paper: colours.surface })
          })
        },
      ],
      setCursor: [
        plot => {
          const { left = -1 } = plot.cursor
          setHover(left < 0 ? undefined : plot.posToVal(left, 'x'))
        },
      ],
    },
  }
}

function heights({ series, metric }: Shown): [number, number] {
  const edges = series.baselines.flatMap(baseline => {
    if (baseline === null) return []
    const { low, high } = bandAround(baseline, metric)
    return [low, high]
  })
  return rangeOf([...series.readings, ...series.baselines, ...edges], 0)
}

/** What is allowed, from each reading to the next: with `baseline: each_check` it moves. */
function drawBand(plot: uPlot, { series, metric }: Shown, { band, bandEdge }: Colours): void {
  const { ctx: context, bbox } = plot
  context.save()
  context.beginPath()
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  context.clip()
  context.fillStyle = band
  context.strokeStyle = bandEdge
  context.setLineDash([])
  context.lineWidth = devicePixelRatio
  series.baselines.forEach((baseline, i) => {
    if (baseline === null) return
    const { low, high } = bandAround(baseline, metric)
    const from = plot.valToPos(series.times[i] ?? 0, 'x', true)
    const next = series.times[i + 1]
    const to = next === undefined ? bbox.left + bbox.width : plot.valToPos(next, 'x', true)
    const top = high === undefined ? bbox.top : plot.valToPos(high, 'y', true)
    const bottom = low === undefined ? bbox.top + bbox.height : plot.valToPos(low, 'y', true)
    context.fillRect(from, top, to - from, bottom - top)
    context.beginPath()
    for (const y of [high === undefined ? [] : top, low === undefined ? [] : bottom].flat()) {
      context.moveTo(from, y)
      context.lineTo(to, y)
    }
    context.stroke()
  })
  context.restore()
}
