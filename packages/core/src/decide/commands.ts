import { commands } from '../state.js'
import { newnessOf, restart } from './restart.js'
import { end } from './safety.js'
import { labelsAreOurs } from './standing.js'
import type { Rule, Turn } from './turn.js'

const noRoutes = 'the routes are gone or can not be used'

/** All traffic back, now; before anything was moved there is nothing to write. */
export const abort: Rule = turn => {
  const { command, state } = turn
  if (state.phase === 'Invalid' && state.weight === 0) return false
  if (!turn.accept('abort')) return false
  const { weight, productionVersion: production } = state
  const reason = { code: 'aborted', weight, by: command?.by, production } as const
  if (!turn.moved || turn.policy.mode === 'observe') end(turn, reason)
  else turn.rollBack(reason)
  return true
}

/** By command, or by the lock `paused: true`. */
export const pause: Rule = turn => {
  const { command, state, policy } = turn
  if (state.phase === 'Paused') return turn.accept('pause')
  if (state.phase === 'Frozen') return false
  const commanded = turn.accept('pause')
  if (!commanded && !policy.paused) return false
  turn.withdraw()
  const lock = commanded ? undefined : true
  const reason = { code: 'paused', weight: turn.state.weight, by: command?.by, lock } as const
  turn.go('Paused', reason, { pause: { from: state.phase, lock } })
  return true
}

/** From Paused to where it was; from a foreign change by adopting it; from Frozen on with the same baseline. */
export const resume: Rule = turn => {
  const { state, policy, traffic } = turn
  const command = turn.command?.name === 'resume' ? turn.command : undefined
  const unlocked = state.pause?.lock === true && !policy.paused
  if (!unlocked && (command === undefined || (state.phase !== 'Paused' && state.phase !== 'Frozen'))) return false
  const why = whyNotResume(turn)
  if (why !== undefined && command !== undefined) {
    turn.refuse(command, why)
    return true
  }
  turn.accept('resume')
  const by = command?.by
  const from = state.pause?.from ?? 'Progressing'
  const soon = { pause: undefined, failures: 0, nextCheckAt: turn.now + policy.intervalMs + policy.settleMs }
  const unprepared = state.preparedAt === undefined && policy.mode === 'act'
  if (unprepared && from !== 'Waiting' && from !== 'Baselining') restart(turn)
  else if (state.phase === 'Frozen')
    turn.go('Progressing', { code: 'resumed', weight: state.weight, by }, { ...soon, drift: undefined })
  else if (state.pause?.foreign === undefined) turn.go(from, { code: 'resumed', weight: state.weight, by }, soon)
  else if (from === 'Baselining') restart(turn)
  else if (traffic !== undefined) {
    const { weight } = traffic
    turn.want(weight)
    turn.go('Progressing', { code: 'adopted', weight, by }, { ...soon, from: weight })
  }
  return true
}

function whyNotResume({ state, policy, traffic, productionLost }: Turn): string | undefined {
  if (policy.paused) return '`paused: true` is set; set it to false first'
  if (state.phase === 'Frozen') return productionLost ? 'no production pod is available' : undefined
  if (state.pause?.foreign === undefined || state.pause.from === 'Baselining') return undefined
  if (traffic === undefined) return noRoutes
  if (traffic.uniform === false) return 'the routes disagree about the weight; make them agree first'
  if (traffic.weight > policy.trafficLimit)
    return `the weight found, ${traffic.weight} %, is above the limit of ${policy.trafficLimit} %`
  if (labelsAreOurs(state, traffic)) return undefined
  return `the destinations select ${traffic.versions?.production} and ${traffic.versions?.canary}, expected ${state.productionVersion} and ${state.target.canaryVersion}`
}

/** Past the point of no return, by a person: refused while the canary has fewer pods than production, unless forced. */
export const promote: Rule = turn => {
  const { command, state, canary, snapshot } = turn
  if (command?.name !== 'promote' && command?.name !== 'force-promote') return false
  if (state.pause?.from === 'Waiting' || turn.policy.mode === 'observe') return false
  const needed = command.name === 'promote' ? (snapshot.readiness.production?.available ?? 0) : 1
  const routes = turn.traffic === undefined ? noRoutes : turn.traffic.problem
  const why = canary.available === 0 ? 'no canary pod is available' : routes
  if (why !== undefined) turn.refuse(command, why)
  else if (canary.available < needed) {
    const counts = `${canary.available} canary pods are available for the ${needed} of production`
    turn.refuse(command, `${counts}; scale the canary, or command \`force-promote\``)
  } else {
    turn.accept('promote', 'force-promote')
    turn.withdraw()
    const { weight, target } = turn.state
    const unmeasured = state.phase === 'Baselining' ? true : undefined
    const about = { cause: 'command', weight, version: target.canaryVersion, by: command.by, unmeasured } as const
    turn.go('Promoting', { code: 'promoting', ...about }, { pause: undefined })
    turn.effect({ kind: 'promote', version: target.canaryVersion })
  }
  return true
}

/** RolledBack only: the same version once more. */
export const retry: Rule = turn => {
  if (turn.state.phase !== 'RolledBack' || !turn.accept('retry')) return false
  restart(turn)
  return true
}

/** Promoted only: back to the version before, while its pods run. */
export const undo: Rule = turn => {
  const { command, state, snapshot } = turn
  if (state.phase !== 'Promoted' || command?.name !== 'undo' || turn.policy.mode === 'observe') return false
  const version = state.productionVersion
  const running = snapshot.readiness.production?.available ?? 0
  if (version === undefined) turn.refuse(command, 'the version before is not known')
  else if (turn.traffic === undefined) turn.refuse(command, noRoutes)
  else if (running === 0) turn.refuse(command, `no pod of ${version} is available`)
  else {
    turn.accept('undo')
    const reason = { code: 'promoting', cause: 'undo', weight: state.weight, version, by: command.by } as const
    turn.go('Promoting', reason, { undoing: version, endedAt: undefined, drift: undefined })
    turn.effect({ kind: 'promote', version })
  }
  return true
}

/** Another version, service, set of queries or build of the canary is another rollout. */
export const newTarget: Rule = turn => {
  const { state, snapshot } = turn
  const cause = newnessOf(turn)
  if (cause === undefined) return false
  if (!turn.moved || state.phase === 'Invalid' || turn.policy.mode === 'observe') restart(turn)
  else if (turn.productionLost) return false
  else if (!snapshot.process.live) turn.effect({ kind: 'look' })
  else {
    const [from, to] = [state.target.canaryVersion, snapshot.target.canaryVersion]
    turn.rollBack({ code: 'new_target', cause, from, to, weight: state.weight }, 'restart')
  }
  return true
}

/** What no rule took: refused, with the reason why. */
export const refuse: Rule = turn => {
  const { command, state } = turn
  if (command === undefined) return false
  const known = commands.some(name => name === command.name)
  const late = state.phase === 'Promoting' || state.phase === 'RollingBack'
  if (state.phase === 'RollingBack' && turn.accept('abort')) return true
  if (state.phase === 'Promoting' && turn.accept('promote', 'force-promote')) return true
  if (!known) turn.refuse(command, `there is no such command; there are ${commands.join(', ')}`)
  else if (turn.policy.mode === 'observe') turn.refuse(command, 'this rollout only observes')
  else turn.refuse(command, late ? `too_late: the rollout is ${state.phase}` : `not possible in ${state.phase}`)
  return true
}
