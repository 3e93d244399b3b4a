import { useMemo, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import type { Point } from '../../src/history/point.js'
import type { RolloutView } from '../../src/view/view.js'
import { span, timeOf } from '../format.js'
import { drawMark, spacing } from './marks.js'
import { common, drawLevel } from './options.js'
import { Plot } from './plot.js'
import { endOf, indexAt, type WeightSeries, weightSeries } from './series.js'
import { type Colours, colourOf, useColours } from './theme.js'

interface Props {
  readonly view: RolloutView
  readonly points: readonly Point[]
  readonly now: number
  /** The times that all charts of the page show. */
  readonly range: readonly [number, number]
}

/** The canary's weight over time, with every check on it and the limit above it. */
export function WeightChart({ view, points, now, range }: Props) {
  const colours = useColours()
  const series = useMemo(() => weightSeries(points, endOf(view, now)), [points, view, now])
  const data = useMemo<uPlot.AlignedData>(() => [[...series.times], [...series.weights]], [series])
  const shown = useRef({ series, limit: view.limit, range })
  shown.current = { series, limit: view.limit, range }
  const [hover, setHover] = useState<number>()
  const at = hover === undefined ? series.times.length - 1 : indexAt(series.times, hover)
  const weight = series.weights[at]
  return (
    <figure class="chart">
      <figcaption>
        <h3>Canary weight</h3>
        <p class="readout">
          {weight !== undefined && <b>{weight} %</b>}
          {hover !== undefined && <span>{timeOf(hover, now)}</span>}
          {view.limit < 100 && <span>limit {view.limit} %</span>}
        </p>
      </figcaption>
      <Plot
        label={describe(series)}
        height={224}
        data={data}
        look={colours}
        options={() => optionsFor(colours, shown, setHover)}
      />
    </figure>
  )
}

function describe({ times, weights, checks }: WeightSeries): string {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return 'Canary weight: nothing yet'
  const bad = checks.filter(({ health }) => health === 'unhealthy').length
  return `Canary weight from ${weights[0]} % to ${weights.at(-1)} % within ${span(last - first)}, ${checks.length} checks, ${bad} unhealthy`
}

function optionsFor(
  colours: Colours,
  shown: { current: { series: WeightSeries; limit: number; range: readonly [number, number] } },
  setHover: (at: number | undefined) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const base = common(colours, () => [...shown.current.range])
  const [times, values] = base.axes ?? []
  return {
    ...base,
    scales: { ...base.scales, y: { range: (_plot, _low, high) => [0, Math.min(104, Math.max(10, high * 1.18))] } },
    axes: [
      times ?? {},
      { ...values, values: (_plot, splits) => splits.map(value => (value > 100 ? '' : `${value} %`)) },
    ],
    series: [
      {},
      {
        stroke: colours.canary,
        fill: colours.canaryFill,
        width: 2,
        paths: uPlot.paths.stepped?.({ align: 1 }) as uPlot.Series.PathBuilder,
        points: { show: false },
      },
    ],
    hooks: {
      draw: [
        plot => {
          const { series, limit } = shown.current
          if (limit < 100) drawLevel(plot, limit, colours.faint)
          const fits = spacing()
          for (const { at, value, health } of series.checks) {
            const [x, y] = [plot.valToPos(at, 'x', true), plot.valToPos(value, 'y', true)]
            if (x < plot.bbox.left || !fits(x, health)) continue
            drawMark(plot.ctx, { x, y, health, colour: colourOf(health, colours), paper: colours.surface })
          }
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
