import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'

interface Props {
  /** What the chart shows, in words. */
  readonly label: string
  readonly height: number
  readonly data: uPlot.AlignedData
  /** Makes the chart; called anew when `look` is another one. */
  readonly options: () => Omit<uPlot.Options, 'width' | 'height'>
  readonly look: unknown
}

/** A uPlot chart that is as wide as the place it is in, and follows its data. */
export function Plot({ label, height, data, options, look }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(null)

  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const made = new uPlot({ ...options(), width: Math.max(element.clientWidth, 80), height }, data, element)
    chart.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: Math.max(element.clientWidth, 80), height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [look, height])
  useEffect(() => chart.current?.setData(data), [data])

  return <div class="plot" ref={place} role="img" aria-label={label} style={{ blockSize: `${height}px` }} />
}
