/** Where a rollout stands. */
export const phases = [
  'Waiting',
  'Baselining',
  'Progressing',
  'Holding',
  'Paused',
  'Promoting',
  'Promoted',
  'RollingBack',
  'RolledBack',
  'Frozen',
  'Invalid',
] as const
export type Phase = (typeof phases)[number]
