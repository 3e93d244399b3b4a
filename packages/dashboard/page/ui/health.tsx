import type { Health } from '../../src/view/view.js'

// biome-ignore format: a table, one row per verdict.
const looks = {
  healthy: { label: 'healthy', shape: <circle cx="6" cy="6" r="4" fill="currentColor" /> },
  unhealthy: { label: 'unhealthy', shape: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" /> },
  inconclusive: { label: 'inconclusive', shape: <circle cx="6" cy="6" r="3.6" fill="none" stroke="currentColor" stroke-width="1.6" /> },
  unknown: { label: 'not measured', shape: <path d="M3 6h6" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" /> },
} as const

/** A verdict by shape, word and colour; the same shapes mark the checks in the charts. */
export function HealthMark({ health }: { health: Health }) {
  const { label, shape } = looks[health]
  return (
    <span class={`health is-${health}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shape}
      </svg>
      {label}
    </span>
  )
}
