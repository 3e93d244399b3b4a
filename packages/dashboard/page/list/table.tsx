import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RolloutRow } from '../../src/view/view.js'
import { useNow } from '../live/clock.js'
import type { SortKey } from './filter.js'
import { ageOf, Row } from './row.js'
import { rowAfter, type View, windowOf } from './window.js'

const columns: readonly { readonly label: string; readonly sort?: SortKey; readonly class: string }[] = [
  { label: 'Service', sort: 'service', class: 'who' },
  { label: 'Versions', class: 'versions' },
  { label: 'Phase', sort: 'urgency', class: 'what' },
  { label: 'Canary weight', sort: 'weight', class: 'weight' },
  { label: 'Verdict', class: 'verdict' },
  { label: 'Why', class: 'why' },
  { label: 'For', sort: 'age', class: 'age' },
]

interface Props {
  readonly rows: readonly RolloutRow[]
  readonly sort: SortKey
  readonly onSort: (sort: SortKey) => void
}

/** The rollouts as a list of which only what is seen is drawn: thousands of rows cost as much as forty. */
export function Table({ rows, sort, onSort }: Props) {
  const body = useRef<HTMLUListElement>(null)
  const [current, setCurrent] = useState(0)
  const view = useView(body, rows.length)
  const now = useNow()
  const { first, last } = windowOf(view)
  const at = Math.min(current, rows.length - 1)
  const shown = rows.slice(first, last).map((row, i) => ({ row, index: first + i }))
  const aside = at >= 0 && (at < first || at >= last) ? rows[at] : undefined
  // The row with the focus is drawn wherever it is, or the focus would be lost.
  if (aside !== undefined) shown.push({ row: aside, index: at })

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor(view.height / view.rowHeight) - 2)
    const to = rowAfter(event.key, at, { count: rows.length, page })
    if (to === undefined) return
    event.preventDefault()
    setCurrent(to)
    // By the next frame it is drawn, however far away.
    requestAnimationFrame(() => {
      const link = body.current?.querySelector<HTMLElement>(`[data-row="${to}"]`)
      link?.focus({ preventScroll: true })
      link?.closest('.row')?.scrollIntoView({ block: 'nearest' })
    })
  }

  return (
    <section class="table" aria-label="Rollouts">
      <div class="row head">
        {columns.map(({ label, sort: key, class: name }) => (
          <span key={label} class={name}>
            {key === undefined ? (
              label
            ) : (
              <button type="button" aria-pressed={key === sort} title={`Sort by ${key}`} onClick={() => onSort(key)}>
                {label}
              </button>
            )}
          </span>
        ))}
      </div>
      <ul class="rows" ref={body} style={{ blockSize: `${rows.length * view.rowHeight}px` }} onKeyDown={onKeyDown}>
        {shown.map(({ row, index }) => (
          <Row
            key={row.key}
            row={row}
            index={index}
            count={rows.length}
            top={index * view.rowHeight}
            current={index === at}
            age={ageOf(row, now)}
            onFocus={setCurrent}
          />
        ))}
      </ul>
    </section>
  )
}

/** The list is drawn anew when it was scrolled by this many rows; fewer than are drawn in reserve. */
const coarse = 4

type Seen = Omit<View, 'count'>

/** What of the list is seen; follows scrolling and the size of the window. */
function useView(body: { current: HTMLElement | null }, count: number): View {
  const [view, setView] = useState<Seen>({ above: 0, height: 900, rowHeight: 56 })
  useLayoutEffect(() => {
    let frame = 0
    let rowHeight = rowHeightOf(body.current)
    const look = () => {
      frame = 0
      const above = -(body.current?.getBoundingClientRect().top ?? 0)
      const step = coarse * rowHeight
      const seen = { above: Math.floor(above / step) * step, height: innerHeight, rowHeight }
      setView(known => (isSame(known, seen) ? known : seen))
    }
    const onScroll = () => {
      frame ||= requestAnimationFrame(look)
    }
    const onResize = () => {
      rowHeight = rowHeightOf(body.current)
      onScroll()
    }
    look()
    addEventListener('scroll', onScroll, { passive: true })
    addEventListener('resize', onResize)
    return () => {
      removeEventListener('scroll', onScroll)
      removeEventListener('resize', onResize)
      cancelAnimationFrame(frame)
    }
  }, [])
  return { ...view, count }
}

const isSame = (a: Seen, b: Seen) => a.above === b.above && a.height === b.height && a.rowHeight === b.rowHeight

/** The style sheet decides: rows are higher on a phone. */
const rowHeightOf = (body: HTMLElement | null): number =>
  body === null ? 56 : Number.parseFloat(getComputedStyle(body).getPropertyValue('--row'))
