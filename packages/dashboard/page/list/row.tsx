import type { RolloutRow } from '../../src/view/view.js'
import { span } from '../format.js'
import { hrefOf } from '../route.js'
import { HealthMark } from '../ui/health.js'
import { PhaseMark } from '../ui/phase.js'
import { Sentence } from '../ui/sentence.js'
import { Split } from '../ui/split.js'

interface Props {
  readonly row: RolloutRow
  readonly index: number
  /** How many rows there are, drawn or not. */
  readonly count: number
  /** Where it stands, pixels from the top of the list. */
  readonly top: number
  /** Reached by Tab: one row is. */
  readonly current: boolean
  /** The time at which ages are told. */
  readonly age: string
  readonly onFocus: (index: number) => void
}

/** One rollout as a line of the list. */
export function Row({ row, index, count, top, current, age, onFocus }: Props) {
  const { namespace, name, service, canaryVersion, productionVersion, phase, weight, limit, health, reason } = row
  return (
    <li
      aria-posinset={index + 1}
      aria-setsize={count}
      class={row.attention ? 'row wants' : 'row'}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span class="who">
        <a href={hrefOf(row)} tabIndex={current ? 0 : -1} data-row={index} onFocus={() => onFocus(index)}>
          {service}
        </a>
        <small>
          {namespace}/{name}
        </small>
      </span>
      <span class="versions">
        {productionVersion !== undefined && (
          <>
            <span class="old">{productionVersion}</span>
            <span class="arrow"> → </span>
          </>
        )}
        {canaryVersion}
      </span>
      <span class="what">
        <PhaseMark phase={phase} foreign={reason.code === 'paused_foreign'} />
      </span>
      <span class="weight">
        <Split weight={weight} limit={limit} done={phase === 'Promoted'} />
        <span class="percent">{weight} %</span>
      </span>
      <span class="verdict">
        <HealthMark health={health} />
      </span>
      <span class="why">
        <Sentence text={reason.text} />
      </span>
      <span class="age">{age}</span>
    </li>
  )
}

/** How long a rollout has been where it is. */
export const ageOf = ({ since }: RolloutRow, now: number): string => span(now - since)
