import { systemClock } from '@birdwatch/core'
import { createClient, isKubeError } from '@birdwatch/kube'
import { abortAll } from '../abort-all.js'
import { ConfigurationError } from '../config/error.js'
import { loadConfiguration } from '../config/load.js'
import { UnreadableState } from '../resource/birdwatch.js'
import { version } from '../version.js'
import type { Surroundings } from './surroundings.js'

export interface AbortAllFlags {
  readonly config?: string
  readonly kubeconfig?: string
  readonly context?: string
  /** Seconds. */
  readonly timeout: number
}

/** Takes every rollout back before an uninstall. Fails when one is still in progress afterwards. */
export async function runAbortAll(flags: AbortAllFlags, { env, out, fail }: Surroundings): Promise<void> {
  const { kubeconfig, context, config, timeout } = flags
  try {
    const { namespaces } = loadConfiguration(config, env)
    const client = createClient({
      userAgent: `birdwatch/${version}`,
      ...(kubeconfig === undefined ? {} : { kubeconfigPath: kubeconfig }),
      ...(context === undefined ? {} : { context }),
    })
    const say = (line: string) => out(`${line}\n`)
    const left = await abortAll({ client, namespaces, clock: systemClock, timeoutMs: timeout * 1000, say })
    client.close()
    for (const line of left) say(line)
    if (left.length > 0) return fail(`${left.length} rollouts are still in progress.`)
    say('No rollout is in progress.')
  } catch (error) {
    const known = error instanceof ConfigurationError || error instanceof UnreadableState || isKubeError(error)
    if (!known) throw error
    fail(error.message.split('\n')[0] ?? '')
  }
}
