import { type RolloutState, render } from '@birdwatch/core'
import type { BirdWatchStatus, Condition } from '../resource/status.js'
import { conditionsOf, type Note } from './conditions.js'
import { clipped, isoTime } from './text.js'

export interface StatusContext {
  /** The generation of the resource that the state is about. */
  readonly generation: number
  /** The conditions as they are shown now: the times of their last transitions are kept. */
  readonly previous: readonly Condition[]
  readonly notes: readonly Note[]
  /** Epoch milliseconds. */
  readonly now: number
}

/** Everything that a BirdWatch shows of its rollout, from the engine's state alone. */
export function statusOf(state: RolloutState, context: StatusContext): BirdWatchStatus {
  const { lastCommand: command, endedAt } = state
  const nextCheckAt = endedAt === undefined ? state.nextCheckAt : undefined
  return {
    phase: state.phase,
    weight: state.weight,
    message: clipped(render(state.reason), 4096),
    metrics: Object.values(state.metrics).map(({ name, baseline, reading, allowed, verdict, at }) => ({
      name,
      allowed,
      verdict,
      ...(baseline === undefined ? {} : { baseline }),
      ...(reading === undefined ? {} : { reading }),
      ...(at === undefined ? {} : { at: isoTime(at) }),
    })),
    ...(state.startedAt === undefined ? {} : { started_at: isoTime(state.startedAt) }),
    ...(nextCheckAt === undefined ? {} : { next_check_at: isoTime(nextCheckAt) }),
    ...(endedAt === undefined ? {} : { ended_at: isoTime(endedAt) }),
    ...(state.productionVersion === undefined ? {} : { production_version: state.productionVersion }),
    ...(command === undefined
      ? {}
      : {
          last_command: {
            name: clipped(command.name, 63),
            at: isoTime(command.at),
            ...(command.by === undefined ? {} : { by: command.by }),
            ...(command.claims === undefined ? {} : { claims: clipped(command.claims, 253) }),
            ...(command.refused === undefined ? {} : { refused: clipped(command.refused, 1024) }),
          },
        }),
    history: state.history.map(past => ({
      canary_version: past.canaryVersion,
      phase: past.phase,
      message: clipped(render(past.reason), 1024),
      ended_at: isoTime(past.endedAt),
      ...(past.startedAt === undefined ? {} : { started_at: isoTime(past.startedAt) }),
    })),
    conditions: conditionsOf(state, context.notes, context),
    observedGeneration: context.generation,
  }
}
