import { useState } from 'preact/hooks'
import type { PlaygroundControl, PlaygroundState } from '../../src/playground.js'
import { post } from '../live/session.js'
import { TrafficBar } from './traffic.js'

interface Props {
  readonly state: PlaygroundState
  /** The service whose traffic is shown; undefined: all. */
  readonly service: string | undefined
  /** False while the connection is lost: nothing can be tried then. */
  readonly connected: boolean
}

/** What a playground adds: real traffic as its clients see it, and things to try. */
export function Panel({ state, service, connected }: Props) {
  const shown = state.services.filter(of => service === undefined || of.service === service)
  return (
    <section class="card playground" aria-labelledby="playground">
      <header>
        <h2 id="playground">Playground</h2>
        {state.note !== undefined && <p>{state.note}</p>}
      </header>
      {shown.map(traffic => (
        <TrafficBar key={`${traffic.namespace}/${traffic.service}`} traffic={traffic} />
      ))}
      <fieldset class="controls" disabled={!connected}>
        <legend class="unseen">Try it</legend>
        {state.controls.map(control => (
          <Control key={control.id} control={control} />
        ))}
      </fieldset>
    </section>
  )
}

function Control({ control }: { control: PlaygroundControl }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { id, label, hint, unavailable, kind } = control
  const act = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await post(`api/playground/${encodeURIComponent(id)}`, kind === 'switch' ? { on: !control.on } : {})
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  const disabled = busy || unavailable !== undefined
  const about = problem ?? unavailable
  return (
    <div class="control">
      {kind === 'switch' ? (
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={control.on}
            aria-checked={control.on}
            disabled={disabled}
            onChange={() => void act()}
          />
          {label}
        </label>
      ) : (
        <button type="button" disabled={disabled} onClick={() => void act()}>
          {label}
        </button>
      )}
      <p class={about === undefined ? 'hint' : ''} role={problem === undefined ? undefined : 'alert'}>
        {about ?? hint}
      </p>
    </div>
  )
}
