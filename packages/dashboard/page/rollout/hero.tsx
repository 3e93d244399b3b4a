import type { RolloutView } from '../../src/view/view.js'
import { span, stopwatch } from '../format.js'
import { PhaseMark } from '../ui/phase.js'
import { Sentence } from '../ui/sentence.js'

/** Where the rollout is and why, before anything else. */
export function Hero({ view, now }: { view: RolloutView; now: number }) {
  const { namespace, name, service, phase, since, reason, notes } = view
  return (
    <header class={view.attention ? 'hero wants' : 'hero'}>
      <div class="title">
        <h1>{service}</h1>
        <p>
          {namespace}/{name}
        </p>
        <PhaseMark phase={phase} foreign={reason.code === 'paused_foreign'} />
        <p>for {span(now - since)}</p>
        <NextCheck view={view} now={now} />
      </div>
      <p class="reason">
        <Sentence text={reason.text} />
      </p>
      <Traffic view={view} />
      {notes.map(({ title, text, mild }) => (
        <p key={title + text} class={mild ? 'note mild' : 'note'}>
          <b>{title}.</b> <Sentence text={text} />
        </p>
      ))}
    </header>
  )
}

/** The split of the traffic, with both versions by name. */
function Traffic({
  view: { weight, wanted, limit, canaryVersion, productionVersion = 'production', phase },
}: {
  view: RolloutView
}) {
  const done = phase === 'Promoted'
  return (
    <div class="traffic">
      <div class="ends">
        <p>
          <b>{weight} %</b> {canaryVersion}
          <small>{done ? ' production' : ' canary'}</small>
          {wanted !== undefined && <strong class="wanted"> {wanted} % wanted</strong>}
        </p>
        <p>
          {productionVersion}
          <small>{done ? ' before' : ' production'}</small> <b>{100 - weight} %</b>
        </p>
      </div>
      <div class={done ? 'bar done' : 'bar'} aria-hidden="true">
        <span class="canary slide" style={{ inlineSize: `${weight}%` }} />
        {limit < 100 && !done && (
          <span class="limit" style={{ insetInlineStart: `${limit}%` }}>
            <small>limit {limit} %</small>
          </span>
        )}
      </div>
    </div>
  )
}

/** A check that is overdue by more than this was made meanwhile, and decided nothing: such are saved once a minute only. */
const patienceMs = 5000

/** How long until the next check, counted down. */
function NextCheck({ view: { nextCheckAt, phase, policy }, now }: { view: RolloutView; now: number }) {
  const checked = ['Baselining', 'Progressing', 'Holding', 'Paused', 'Frozen'].includes(phase)
  if (nextCheckAt === undefined || !checked) return null
  const left = nextCheckAt - now
  if (-left > policy.intervalMs / 2 + patienceMs) return <p class="next">a check every {span(policy.intervalMs)}</p>
  const part = Math.min(Math.max(1 - left / policy.intervalMs, 0), 1)
  return (
    <p class="next" role="timer">
      <span class="dial" aria-hidden="true" style={{ '--part': part }} />
      {left <= 0 ? (phase === 'Baselining' ? 'measuring' : 'checking now') : `next check in ${stopwatch(left)}`}
    </p>
  )
}
