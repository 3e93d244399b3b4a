import type { Phase } from '@birdwatch/core'
import type { JSX } from 'preact'

type Tone = 'idle' | 'moving' | 'stopped' | 'good' | 'bad'

interface Look {
  readonly label: string
  readonly tone: Tone
  /** Drawn in a square of 16: every phase has a shape of its own, so that none is told by colour alone. */
  readonly shape: JSX.Element
}

const line = { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round' } as const
const ring = <circle cx="8" cy="8" r="5.6" {...line} />

// biome-ignore format: a table, one row per phase.
const looks: Readonly<Record<Phase, Look>> = {
  Waiting: { label: 'Waiting', tone: 'idle', shape: <circle cx="8" cy="8" r="5.6" {...line} stroke-dasharray="2.2 2.98" /> },
  Baselining: { label: 'Taking baseline', tone: 'moving', shape: <path d="M2.5 8h11M4.5 11.5h7M4.5 4.5h7" {...line} /> },
  Progressing: { label: 'Progressing', tone: 'moving', shape: <path d="M2.5 12.5h3.7V8.3h3.7V4H13.5" {...line} stroke-linejoin="round" /> },
  Holding: { label: 'Holding', tone: 'moving', shape: <path d="M2.5 4h11M8 13V7M5.3 9.5 8 6.8l2.7 2.7" {...line} stroke-linejoin="round" /> },
  Paused: { label: 'Paused', tone: 'stopped', shape: <path d="M5.5 3.5v9M10.5 3.5v9" {...line} stroke-width={2.4} /> },
  Frozen: { label: 'Frozen', tone: 'bad', shape: <path d="M8 2v12M2.8 5l10.4 6M13.2 5 2.8 11" {...line} /> },
  Promoting: { label: 'Promoting', tone: 'moving', shape: <path d="M8 13.5v-11M3.8 6.7 8 2.5l4.2 4.2" {...line} stroke-linejoin="round" /> },
  Promoted: { label: 'Promoted', tone: 'good', shape: <>{ring}<path d="m5.4 8.2 1.9 1.9 3.4-3.9" {...line} stroke-linejoin="round" /></> },
  RollingBack: { label: 'Rolling back', tone: 'bad', shape: <path d="M3 7.5h7a3 3 0 0 1 0 6H6.5M6 4 2.8 7.5 6 11" {...line} stroke-linejoin="round" /> },
  RolledBack: { label: 'Rolled back', tone: 'bad', shape: <>{ring}<path d="M10.5 8h-5M7.2 6 5.3 8l1.9 2" {...line} stroke-linejoin="round" /></> },
  Invalid: { label: 'Invalid', tone: 'stopped', shape: <>{ring}<path d="M8 5v3.6M8 11v.1" {...line} /></> },
}

/** A phase by shape, word and colour. */
export function PhaseMark({ phase, foreign = false }: { phase: Phase; foreign?: boolean }) {
  const { label, tone, shape } = looks[phase]
  return (
    <span class={`phase tone-${foreign ? 'bad' : tone}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        {shape}
      </svg>
      {label}
    </span>
  )
}
