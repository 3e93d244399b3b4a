import { instantiate } from '@birdwatch/core'
import type { RouterFixture } from '@birdwatch/testing'
import { startFlags } from '../support/flags.js'
import flags from './index.js'

const token = 'conformance-s3cret'

const oneVersion = 'a flag is on or off: it points at no version'

/** The router in front of a flag service that can be told to misbehave. */
export async function createFixture(): Promise<RouterFixture> {
  const service = await startFlags({ token, flags: { checkout: 0, search: 0 } })
  return {
    router: await instantiate(flags, { url: service.url, token }),
    target: { flag: 'checkout' },
    other: { flag: 'search' },
    absent: { flag: 'nothing' },
    version: 'on',
    write: percent => service.set('checkout', percent),
    hang: () => service.behave('hangs'),
    refuse: () => service.behave('refuses'),
    secrets: [token],
    close: service.close,
  }
}

/** What a flag service has not, each with the reason. */
export const exceptions = {
  'router/prepare-labels-the-canary': oneVersion,
  'router/promote-never-goes-back': oneVersion,
  'router/promote-can-go-back': oneVersion,
  'router/generation-counts-changes': 'the service counts none; the token says whether it is current',
  'router/knows-its-own-writes': 'the service does not say who wrote',
  'router/watch-calls': 'the service has nothing to watch; the engine looks at every check',
}
