import { Copyable } from '../ui/copy.js'

const example = `apiVersion: otomato.link/v1alpha1
kind: BirdWatch
metadata:
  name: aleph
spec:
  service: aleph          # the VirtualService and the DestinationRule
  canary_version: v04     # the label "version" of the canary's pods
  metric: >-
    sum(rate(istio_requests_total{destination_service_name="aleph",
    destination_version="v04",response_code=~"5.."}[1m]))
  deviation: 0.5          # how far it may be from the baseline
  increment: 5            # percent at each passed check
  interval: 30            # seconds between checks
  if_unhealthy: rollback`

/** Before the first answer: the shape of what is to come. */
export function Loading() {
  return (
    <div class="skeleton pulse" role="status" aria-label="Loading">
      {[72, 48, 64, 56, 40, 68].map(width => (
        <div key={width}>
          <i style={{ inlineSize: `${width * 2}px` }} />
          <i style={{ inlineSize: `${width}px` }} />
          <i style={{ inlineSize: `${width / 2 + 30}%` }} />
        </div>
      ))}
    </div>
  )
}

/** There is nothing at all: how to begin. */
export function Empty() {
  return (
    <section class="empty">
      <Nest />
      <h2>No canaries yet</h2>
      <p>
        A BirdWatch names a new version of a service. Once its pods are up, traffic moves to it step by step, and back
        when a metric goes astray. Write one, and it shows here at once:
      </p>
      <Copyable text={example} label="the example" />
    </section>
  )
}

/** There is something, but nothing that was looked for. */
export function NoMatch({ clear }: { clear: () => void }) {
  return (
    <section class="empty">
      <h2>Nothing matches</h2>
      <p>No rollout has all of these words in its name, service, versions or phase.</p>
      <button type="button" onClick={clear}>
        Show all
      </button>
    </section>
  )
}

function Nest() {
  return (
    <svg viewBox="0 0 120 60" width="120" height="60" aria-hidden="true" class="nest">
      <path d="M8 30c6 20 26 26 52 26s46-6 52-26c-14 8-32 10-52 10S22 38 8 30Z" fill="none" stroke="currentColor" />
      <path d="M16 38c14 8 28 9 44 9s32-2 45-9M24 46c12 5 22 6 36 6s26-1 37-6" fill="none" stroke="currentColor" />
      <ellipse cx="50" cy="32" rx="9" ry="11" />
      <ellipse cx="70" cy="33" rx="8.5" ry="10.5" />
    </svg>
  )
}
