import { type WaitOptions, waitFor } from './wait.js'

export interface Sample {
  labels: Record<string, string>
  value: number
}

interface QueryAnswer {
  status: 'success' | 'error'
  error?: string
  data?: { result: { metric: Record<string, string>; value: [number, string] }[] }
}

/** Asks Prometheus what a test wants to know; not what the product under test asks. */
export class Prometheus {
  /** e.g. `http://127.0.0.1:12012` */
  readonly url: string

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`
  }

  /** The instant vector of an expression; empty when no series matches. */
  async query(expression: string): Promise<Sample[]> {
    const response = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query: expression })}`)
    const { status, error, data } = (await response.json()) as QueryAnswer
    if (status !== 'success') throw new Error(`Prometheus refused ${expression}: ${error}`)
    return (data?.result ?? []).map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }))
  }

  /** The value of an expression that yields one series, or `null` when it yields none. */
  async value(expression: string): Promise<number | null> {
    return (await this.query(expression))[0]?.value ?? null
  }

  /** Resolves with the value once it satisfies the condition. */
  async waitForValue(
    expression: string,
    condition: (value: number) => boolean,
    options?: WaitOptions,
  ): Promise<number> {
    const [value] = await waitFor(
      `a value of ${expression}`,
      async () => {
        const value = await this.value(expression)
        return value !== null && condition(value) && [value]
      },
      options,
    )
    return value as number
  }

  /** Resolves when both proxies are scraped: seconds after Prometheus itself is ready. */
  async targetsUp(): Promise<void> {
    await waitFor('both proxies to be scraped', async () => (await this.value('count(up == 1)')) === 2)
  }
}
