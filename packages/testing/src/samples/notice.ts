import type { Notice, NoticeSnapshot, Reason } from '@birdwatch/core'

const snapshot: NoticeSnapshot = {
  name: 'shop/aleph',
  service: 'aleph',
  phase: 'Progressing',
  weight: 20,
  canaryVersion: 'v04',
  productionVersion: 'v03',
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  metrics: [
    {
      name: 'errors',
      baseline: 0.1,
      reading: 0.2,
      allowed: 0.5,
      verdict: 'healthy',
      at: Date.UTC(2026, 0, 2, 3, 4, 4),
    },
  ],
}

/** A notice as the engine makes it, about a reason; `overrides` replaces whole members, `facts` members of the snapshot. */
export function sampleNotice(
  reason: Reason,
  overrides: Partial<Omit<Notice, 'reason' | 'snapshot'>> & { facts?: Partial<NoticeSnapshot> } = {},
): Notice {
  const { facts, rolloutId = 'aleph-1', seq = 1, id = `${rolloutId}/${seq}` } = overrides
  return { id, rolloutId, seq, reason, snapshot: { ...snapshot, ...facts } }
}
