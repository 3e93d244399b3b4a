import { type CommandName, definePlugin, type Notice } from '@birdwatch/core'
import { createSlackNotifier } from '@birdwatch/notifier-slack'
import { z } from 'zod'
import { commandAnnotation } from '../resource/names.js'

/** The deadline is the instance's, not an option; the notifier checks the values itself. */
const options = z.strictObject({
  token: z.string({ error: 'is missing; give a bot token, e.g. { env: SLACK_API_TOKEN }' }),
  channel: z.string({ error: 'is missing; name a channel here or in the environment variable SLACK_CHANNEL' }),
  apiUrl: z.string().optional(),
  style: z.enum(['live', 'plain']).optional(),
})

/** Notices to a Slack channel: the default notifier. */
export const slack = definePlugin({
  kind: 'notifier',
  name: 'slack',
  apiVersion: 1,
  options,
  create: (found, { http: { timeoutMs } }) => createSlackNotifier({ ...found, timeoutMs, commandHint }),
})

/** How a person gives a command to this controller. */
export function commandHint(command: CommandName, { snapshot }: Notice): string {
  const [namespace = '', name = ''] = snapshot.name.split('/')
  return `kubectl annotate birdwatch -n ${namespace} ${name} ${commandAnnotation}=${command}`
}
