import { z } from 'zod'

/**
 * What a BirdWatch's status shows. It is loose on purpose (no enums, no bounds): the API server must never refuse a
 * save, least of all while an older CRD is installed.
 */

const time = z.iso.datetime()

const condition = z.object({
  type: z.string().describe('What the condition is about.'),
  status: z.string().describe('`True`, `False` or `Unknown`.'),
  reason: z.string().describe('One word for programs.'),
  message: z.string().describe('One sentence for people.'),
  lastTransitionTime: time.describe('When `status` changed last.'),
  observedGeneration: z.int().optional().describe('The generation of the resource that it is about.'),
})

const metric = z.object({
  name: z.string().describe('The name of the metric; `metric` in the short form.'),
  baseline: z.number().optional().describe('What it was before the canary had traffic.'),
  reading: z.number().optional().describe('What it was at the last check.'),
  allowed: z.number().describe('The deviation that is allowed.'),
  verdict: z.string().describe('`healthy`, `unhealthy` or `inconclusive`.'),
  at: time.optional().describe('When it was read.'),
})

const command = z.object({
  name: z.string().describe('The command.'),
  by: z.string().optional().describe('The field manager that set the annotation: a tool, not a person.'),
  claims: z.string().optional().describe('Who the person claimed to be; the audit log is the authority.'),
  at: time.describe('When it was seen.'),
  refused: z.string().optional().describe('Why it was refused; absent when it was accepted.'),
})

const pastRollout = z.object({
  canary_version: z.string().describe('What was rolled out.'),
  phase: z.string().describe('How it ended.'),
  message: z.string().describe('Why it ended so.'),
  started_at: time.optional().describe('When it began.'),
  ended_at: time.describe('When it ended.'),
})

export const statusSchema = z
  .object({
    phase: z.string().optional().describe('Where the rollout is.'),
    weight: z.number().optional().describe("The canary's share of the traffic, in percent."),
    message: z.string().optional().describe('Why it is there, in one sentence with the numbers.'),
    metrics: z.array(metric).optional().describe('Every metric as it was read last.'),
    started_at: time.optional().describe('When the rollout began.'),
    next_check_at: time.optional().describe('When the next check is due.'),
    ended_at: time.optional().describe('When the rollout ended.'),
    production_version: z.string().optional().describe('The version that was production when the rollout began.'),
    last_command: command.optional().describe('The last command that was given.'),
    history: z.array(pastRollout).optional().describe('At most 5 past rollouts, newest first.'),
    conditions: z
      .array(condition)
      .optional()
      .describe(
        'Accepted, Progressing, Promoted, Degraded, Ready, InSync; StaleWindow and SharedSubsets when they apply.',
      )
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
    observedGeneration: z.int().optional().describe('The generation of the resource that the status is about.'),
    engine: z
      .looseObject({})
      .optional()
      .describe("The engine's own state; opaque, and the source of everything else here.")
      .meta({ 'x-kubernetes-preserve-unknown-fields': true }),
  })
  .describe('Where the rollout is, and why; rendered by the controller.')

type Rendered = z.output<typeof statusSchema>
export type Condition = z.output<typeof condition>
export type BirdWatchStatus = Omit<Rendered, 'engine'>
