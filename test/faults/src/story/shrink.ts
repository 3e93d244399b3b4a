import type { Fault, Story } from './story.js'

/** The stories that are one thing simpler. */
function* simpler(story: Story): Generator<Story> {
  const { rollouts, processes, faults } = story
  const without = <T>(list: readonly T[], i: number) => list.filter((_, j) => j !== i)
  if (rollouts.length > 1)
    for (const i of rollouts.keys())
      yield { ...story, rollouts: without(rollouts, i), faults: faults.flatMap(f => shifted(f, i)) }
  for (const i of faults.keys()) yield { ...story, faults: without(faults, i) }
  for (const [i, rollout] of rollouts.entries()) {
    if (rollout.plot.is !== 'chaos') continue
    for (const j of rollout.plot.happenings.keys()) {
      const plot = { is: 'chaos', happenings: without(rollout.plot.happenings, j) } as const
      yield { ...story, rollouts: rollouts.map((r, k) => (k === i ? { ...r, plot } : r)) }
    }
  }
  if (processes.length > 1)
    yield {
      ...story,
      processes: processes.slice(0, 1),
      faults: faults.filter(f => !('process' in f) || f.process === 0),
    }
}

/** A fault when one rollout is gone: that of another has another number. */
function shifted(fault: Fault, gone: number): Fault[] {
  if (!('rollout' in fault) || fault.rollout < gone) return [fault]
  return fault.rollout === gone ? [] : [{ ...fault, rollout: fault.rollout - 1 }]
}

/** Leaves out whatever can be left out so that the story still fails. */
export async function shrink(story: Story, fails: (story: Story) => Promise<boolean>): Promise<Story> {
  let smallest = story
  for (let tries = 0, found = true; found && tries < 400; ) {
    found = false
    for (const candidate of simpler(smallest)) {
      if (tries++ >= 400) break
      if (!(await fails(candidate))) continue
      smallest = candidate
      found = true
      break
    }
  }
  return smallest
}
