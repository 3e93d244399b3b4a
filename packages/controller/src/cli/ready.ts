import type { Surroundings } from './surroundings.js'

/** How long an answer may take, milliseconds. */
const timeoutMs = 10_000

/** Asks a running controller whether it is ready: what `helm test` does. */
export async function runReady(url: string, { out, fail }: Surroundings): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    const text = (await answer.text()).trim().slice(0, 200)
    if (answer.ok) out(`${url}: ${text}\n`)
    else fail(`${url} answered ${answer.status}: ${text}`)
  } catch (error) {
    const { cause, message } = error as Error
    fail(`${url} can not be asked: ${cause instanceof Error ? cause.message : message}`)
  }
}
