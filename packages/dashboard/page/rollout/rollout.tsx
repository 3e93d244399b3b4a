import { useEffect, useMemo } from 'preact/hooks'
import type { RolloutDetail, Session } from '../../src/api.js'
import { MetricChart } from '../chart/metric.js'
import { endOf, pointsOf } from '../chart/series.js'
import { WeightChart } from '../chart/weight.js'
import { useNow } from '../live/clock.js'
import { listHref } from '../route.js'
import { announce } from '../ui/announce.js'
import { Commands } from './commands.js'
import { Facts, Manifest } from './facts.js'
import { Hero } from './hero.js'
import { History } from './history.js'

/** Charts show at least this much, milliseconds: the first seconds of a rollout would look like a drama otherwise. */
const leastShownMs = 30_000

/** Free room to the right of the last mark, as a part of what is shown. */
const airAtEnd = 0.02

interface Props {
  readonly id: string
  /** Undefined before the first answer, like the session. */
  readonly data: RolloutDetail | undefined
  readonly session: Session | undefined
}

/** One rollout, once it is known what may be done to it. */
export function Rollout({ id, data, session }: Props) {
  if (data === undefined || session === undefined) return <Loading />
  if (data.view === null) return <Gone id={id} />
  return <Present data={data} session={session} />
}

function Present({ data: { view, points }, session }: { data: RolloutDetail; session: Session }) {
  const now = useNow()
  const own = useMemo(() => (view === null ? [] : pointsOf(points, view)), [points, view])
  const told = view?.reason
  useEffect(() => {
    if (view !== null) document.title = `${view.weight} % ${view.service} ${view.canaryVersion} · BirdWatch`
  }, [view])
  useEffect(() => {
    if (told !== undefined && told.level !== 'silent') announce(told.text)
  }, [told?.text])
  if (view === null) return null

  const end = endOf(view, now)
  const start = Math.min(own[0]?.at ?? end, end - leastShownMs)
  const range = [start, end + (end - start) * airAtEnd] as const
  return (
    <article class="rollout">
      <Hero view={view} now={now} />
      <div class="columns">
        <section class="card charts" aria-label="Charts">
          <WeightChart view={view} points={own} now={now} range={range} />
          {view.metrics.map(metric => (
            <MetricChart key={metric.name} metric={metric} points={own} now={now} range={range} />
          ))}
        </section>
        <aside>
          <Commands view={view} session={session} now={now} />
          <Facts view={view} now={now} />
        </aside>
        <History points={points} view={view} kubectl={session.kubectl} now={now} />
        <Manifest view={view} />
      </div>
    </article>
  )
}

function Loading() {
  return (
    <div class="columns pulse" role="status" aria-label="Loading">
      <div class="skeleton tall">
        <div>
          <i style={{ inlineSize: '140px' }} />
          <i style={{ inlineSize: '60%' }} />
          <i style={{ inlineSize: '100%' }} />
        </div>
      </div>
      <div class="skeleton charts" />
      <div class="skeleton aside" />
    </div>
  )
}

function Gone({ id }: { id: string }) {
  return (
    <section class="empty">
      <h2>There is no rollout {id}</h2>
      <p>Its BirdWatch was deleted, or never was. If it is created again, it appears here.</p>
      <p>
        <a href={listHref}>All rollouts</a>
      </p>
    </section>
  )
}
