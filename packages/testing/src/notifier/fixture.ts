import type { Notifier } from '@birdwatch/core'
import type { Fixture } from '../conform/suite.js'

/** A notifier in front of a peer (a server the author's test runs) that shows messages to people. */
export interface NotifierFixture extends Fixture {
  readonly notifier: Notifier
  /** The text of every message that people can see now, without the markup and encoding of the service. */
  shown?(): readonly string[] | Promise<readonly string[]>
  /** Makes the peer answer nothing from now on. */
  hang?(): void | Promise<void>
  /** Makes the peer refuse every message from now on. */
  refuse?(): void | Promise<void>
  /** Makes the peer answer with server errors from now on. */
  fail?(): void | Promise<void>
  /** What the notifier was given to authenticate with; no error may carry it. */
  readonly secrets?: readonly string[]
}
