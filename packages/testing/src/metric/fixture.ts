import type { MetricProvider } from '@birdwatch/core'
import type { Fixture } from '../conform/suite.js'

/** A provider in front of a peer (a server the author's test runs) whose answers are known. */
export interface MetricFixture extends Fixture {
  readonly provider: MetricProvider
  /** Expressions to which the peer gives one number, by that number; at least two, one of them 0. */
  readonly numbers: Readonly<Record<string, number>>
  /** An expression to which the peer answers that it has no data. */
  readonly noData: string
  /** An expression to which the peer never answers. */
  readonly hangs: string
  /** An expression that the peer refuses as wrong. */
  readonly refused: string
  /** An expression to which the peer answers with a server error. */
  readonly fails: string
  /** An expression whose value is the moment it is evaluated at, in epoch seconds. */
  readonly moment?: string
  /** An expression with several series. */
  readonly several?: string
  /** An expression whose result is not one number: a range, a text. */
  readonly notANumber?: string
  /** An expression to which the peer answers with something that is no answer, e.g. half of one. */
  readonly garbled?: string
  /** The same provider, pointed to where nobody listens. */
  readonly unreachable?: MetricProvider
  /** What the provider was given to authenticate with; no error may carry it. */
  readonly secrets?: readonly string[]
}

/** When the suite asks for, epoch milliseconds: a past moment, so that no clock has to agree. */
export const someTime = Date.UTC(2026, 0, 2, 3, 4, 5)
