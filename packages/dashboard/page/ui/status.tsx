import { span } from '../format.js'
import { useNow } from '../live/clock.js'
import type { Status } from '../live/stream.js'

/** Whether what is shown is the present, in one word. */
export function StatusDot({ status }: { status: Status }) {
  const label = { connecting: 'Connecting', live: 'Live', lost: 'Disconnected' }[status.kind]
  return <span class={`status is-${status.kind}`}>{label}</span>
}

/** Above everything while the connection is lost: since when, and what to do. */
export function LostBanner({ status, stale, retry }: { status: Status; stale: boolean; retry: () => void }) {
  useNow()
  if (status.kind !== 'lost') return null
  const wait = Math.max(0, Math.ceil((status.retryAt - Date.now()) / 1000))
  return (
    <div class="lost" role="alert">
      <p>
        <strong>The controller does not answer.</strong>{' '}
        {stale
          ? `What you see is ${span(Date.now() - status.since)} old. `
          : 'If it is reached by a port-forward, see whether that still runs. '}
        Rollouts go on without this page.
      </p>
      <button type="button" onClick={retry}>
        {wait === 0 ? 'Trying…' : `Try now (${wait} s)`}
      </button>
    </div>
  )
}
