import type { RolloutView } from '../../src/view/view.js'
import { span, timeOf } from '../format.js'
import { Copyable } from '../ui/copy.js'
import { toYaml } from './yaml.js'

/** The rules that the rollout goes by, and its times. */
export function Facts({ view, now }: { view: RolloutView; now: number }) {
  const { policy, limit, startedAt, endedAt, failures } = view
  const { increment, intervalMs, ifUnhealthy, failures: needed, atLimit, mode } = policy
  const facts: readonly (readonly [string, string])[] = [
    ['Step', `${increment} % every ${span(intervalMs)}`],
    ['Limit', `${limit} %, then ${atLimit === 'promote' ? 'promote' : 'hold'}`],
    ['If unhealthy', needed === 1 ? ifUnhealthy : `${ifUnhealthy}, at ${needed} checks in a row (${failures} now)`],
    ...(mode === 'observe' ? [['Mode', 'observe: nothing is written'] as const] : []),
    ['Started', startedAt === undefined ? 'not yet' : timeOf(startedAt, now)],
    ...(startedAt === undefined
      ? []
      : [[endedAt === undefined ? 'Running for' : 'Took', span((endedAt ?? now) - startedAt)] as const]),
  ]
  return (
    <section class="card facts" aria-labelledby="facts">
      <h2 id="facts">Rules</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** The resource as it was written. */
export function Manifest({ view: { manifest } }: { view: RolloutView }) {
  if (manifest === undefined) return null
  return (
    <section class="card manifest">
      <details>
        <summary>
          <h2>YAML</h2>
        </summary>
        <Copyable text={toYaml(manifest).trimEnd()} label="the YAML" />
      </details>
    </section>
  )
}
