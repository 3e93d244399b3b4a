import { useMemo, useState } from 'preact/hooks'
import type { Point } from '../../src/history/point.js'
import type { PastView } from '../../src/view/view.js'
import { timeOf } from '../format.js'
import { PhaseMark } from '../ui/phase.js'
import { Sentence } from '../ui/sentence.js'
import { type Checks, type Step, timelineOf } from './timeline.js'

const shownAtFirst = 30

interface Props {
  /** Oldest first; they may be of several rollouts. */
  readonly points: readonly Point[]
  readonly past: readonly PastView[]
  readonly now: number
}

/** What happened and why, newest first. */
export function History({ points, past, now }: Props) {
  const entries = useMemo(() => timelineOf(points), [points])
  const [all, setAll] = useState(false)
  const shown = all ? entries : entries.slice(0, shownAtFirst)
  const earlier = past.filter(({ id }) => !points.some(({ rollout }) => rollout === id))
  return (
    <section class="card history" aria-labelledby="history">
      <h2 id="history">What happened</h2>
      <ol>
        {shown.map((entry, i) => {
          const newest = i > 0 && shown[i - 1]?.point.rollout !== entry.point.rollout
          const Line = entry.kind === 'step' ? StepLine : ChecksLine
          return <Line key={entry.point.seq} entry={entry as Step & Checks} now={now} class={newest ? 'other' : ''} />
        })}
      </ol>
      {shown.length < entries.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show {entries.length - shown.length} earlier
        </button>
      )}
      {earlier.length > 0 && <Earlier past={earlier} now={now} />}
    </section>
  )
}

interface LineProps<Entry> {
  readonly entry: Entry
  readonly now: number
  readonly class: string
}

function StepLine({ entry: { point, news }, now, class: name }: LineProps<Step>) {
  const { at, phase, weight, reason } = point
  return (
    <li class={`is-${reason.level} ${name}`}>
      <Time at={at} now={now} />
      {news === 'phase' ? <PhaseMark phase={phase} /> : <b class="to">{news === 'weight' && `${weight} %`}</b>}
      <p>
        <Sentence text={reason.text} />
      </p>
    </li>
  )
}

function ChecksLine({ entry: { point, count, health }, now, class: name }: LineProps<Checks>) {
  return (
    <li class={`checks ${name}`}>
      <Time at={point.at} now={now} />
      <span />
      <p>
        {count === 1 ? 'One check' : `${count} checks`} at {point.weight} %, {health}.
      </p>
    </li>
  )
}

/** Rollouts of which only their end is known. */
function Earlier({ past, now }: { past: readonly PastView[]; now: number }) {
  return (
    <>
      <h3>Earlier rollouts</h3>
      <ol>
        {past.map(({ id, canaryVersion, phase, reason, endedAt }) => (
          <li key={id}>
            <Time at={endedAt} now={now} />
            <PhaseMark phase={phase} />
            <p>
              <b>{canaryVersion}.</b> <Sentence text={reason.text} />
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

const Time = ({ at, now }: { at: number; now: number }) => (
  <time dateTime={new Date(at).toISOString()}>{timeOf(at, now)}</time>
)
