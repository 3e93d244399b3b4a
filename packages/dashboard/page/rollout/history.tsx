import { useMemo, useState } from 'preact/hooks'
import type { Point } from '../../src/history/point.js'
import { eventsLine } from '../../src/view/kubectl.js'
import type { RolloutView } from '../../src/view/view.js'
import { timeOf } from '../format.js'
import { Copyable } from '../ui/copy.js'
import { PhaseMark } from '../ui/phase.js'
import { Sentence } from '../ui/sentence.js'
import { type Checks, type Climb, type Entry, type Step, timelineOf } from './timeline.js'

const shownAtFirst = 30

interface Props {
  /** Oldest first; they may be of several rollouts. */
  readonly points: readonly Point[]
  readonly view: RolloutView
  readonly kubectl: string
  readonly now: number
}

/** What happened and why, newest first. */
export function History({ points, view, kubectl, now }: Props) {
  const entries = useMemo(() => timelineOf(points), [points])
  const [all, setAll] = useState(false)
  const shown = all ? entries : entries.slice(0, shownAtFirst)
  const earlier = view.past.filter(({ id }) => !points.some(({ rollout }) => rollout === id))
  const since = watchedSince(points, view)
  return (
    <section class="card history" aria-labelledby="history">
      <h2 id="history">What happened</h2>
      <ol>
        {shown.map((entry, i) => {
          const other = i > 0 && shown[i - 1]?.point.rollout !== entry.point.rollout
          return <Line key={keyOf(entry)} entry={entry} now={now} class={other ? 'other' : ''} />
        })}
      </ol>
      {shown.length < entries.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show {entries.length - shown.length} earlier
        </button>
      )}
      {earlier.length > 0 && <Earlier past={earlier} now={now} />}
      {since !== undefined && (
        <div class="before">
          <p>
            This page has watched it since {timeOf(since, now)}. What was before is in the metrics, and for a while in
            the events:
          </p>
          <Copyable text={eventsLine(view, kubectl)} label="the line to see its events" />
        </div>
      )}
    </section>
  )
}

/** When the page began to know of this rollout, if it had begun before: another process carried it then. */
function watchedSince(points: readonly Point[], { id, startedAt }: RolloutView): number | undefined {
  const first = points.find(({ rollout }) => rollout === id)
  return first !== undefined && startedAt !== undefined && first.at > startedAt ? first.at : undefined
}

/** A run stays the same entry while it grows, so that it stays open. */
const keyOf = (entry: Entry): number => (entry.kind === 'climb' ? entry.steps.at(-1) : entry)?.point.seq ?? 0

interface LineProps<Shown> {
  readonly entry: Shown
  readonly now: number
  readonly class: string
}

function Line({ entry, ...rest }: LineProps<Entry>) {
  if (entry.kind === 'step') return <StepLine entry={entry} {...rest} />
  return entry.kind === 'climb' ? <ClimbLine entry={entry} {...rest} /> : <ChecksLine entry={entry} {...rest} />
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

function ClimbLine({ entry: { point, steps }, now, class: name }: LineProps<Climb>) {
  return (
    <li class={`climb ${name}`}>
      <details>
        <summary>
          <Time at={point.at} now={now} />
          <b class="to">{point.weight} %</b>
          <p>
            Reached in {steps.length} steps from {steps.at(-1)?.point.weight} %, each after a check that passed.
          </p>
        </summary>
        <ol>
          {steps.map(step => (
            <StepLine key={step.point.seq} entry={step} now={now} class="" />
          ))}
        </ol>
      </details>
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
function Earlier({ past, now }: { past: RolloutView['past']; now: number }) {
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
