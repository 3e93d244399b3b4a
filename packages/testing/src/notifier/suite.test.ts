import { BirdWatchError, type Notice, type Notifier, render } from '@birdwatch/core'
import { notifierFixture } from '../../test/fixtures.js'
import { everyMutantIsCaught, type Mutation } from '../../test/mutants.js'
import type { NotifierFixture } from './fixture.js'
import { notifierSuite } from './suite.js'

type Notify = Notifier['notify']

/** Replaces how notices are delivered. */
const delivering =
  (notify: (notice: Notice, options: Parameters<Notify>[1], honest: Notify) => ReturnType<Notify>) =>
  (fixture: NotifierFixture): NotifierFixture => {
    const honest = fixture.notifier.notify
    return { ...fixture, notifier: { contract: 1, notify: (notice, options) => notify(notice, options, honest) } }
  }

/** Replaces what people see. */
const showing =
  (change: (texts: readonly string[]) => string[]): Mutation<NotifierFixture> =>
  fixture => ({ ...fixture, shown: async () => change((await fixture.shown?.()) ?? []) })

const throwing = (change: (error: BirdWatchError) => unknown): Mutation<NotifierFixture> =>
  delivering((notice, options, honest) =>
    honest(notice, options).catch((error: BirdWatchError) => {
      throw change(error)
    }),
  )

const deaf = delivering((notice, options, honest) =>
  honest(notice, { ...options, signal: new AbortController().signal }),
)
const silent = delivering(async () => {})
const swallowing = delivering((notice, options, honest) => honest(notice, options).catch(() => {}))

const without =
  (part: keyof NotifierFixture): Mutation<NotifierFixture> =>
  ({ [part]: _, ...rest }) =>
    rest as NotifierFixture

everyMutantIsCaught(notifierSuite, notifierFixture, {
  'notifier/contract-is-1': {
    'another version of the contract': fixture => ({
      ...fixture,
      notifier: { ...fixture.notifier, contract: 2 } as never,
    }),
  },
  'notifier/delivers': {
    'a notice that nobody sees': silent,
    'words of its own': showing(texts => texts.map(() => 'shop/aleph: all is well')),
    'a message that names no rollout': showing(texts => texts.map(text => text.replace('shop/aleph', ''))),
    'a fixture without the part it needs': without('shown'),
  },
  'notifier/every-reason': {
    'a notifier that knows only some reasons': delivering(async ({ reason }) => {
      if (reason.code === 'undone') throw new Error('unknown reason')
    }),
    'a notifier that needs every number': delivering(async ({ snapshot }) => {
      for (const metric of snapshot.metrics) (metric.reading as number).toFixed(2)
    }),
  },
  'notifier/same-id-twice': {
    'an error at the second delivery': fixture => {
      const known = new Set<string>()
      return delivering(async ({ id }) => {
        if (known.has(id)) throw new BirdWatchError('NOTIFIER_REFUSED', 'a duplicate')
        known.add(id)
      })(fixture)
    },
    'another message at the second delivery': fixture => {
      const texts: string[] = []
      const notify: Notify = async ({ reason }) => void texts.push(`${texts.length}: ${render(reason)}`)
      return { ...fixture, notifier: { contract: 1, notify }, shown: () => texts }
    },
  },
  'notifier/handle-round-trip': {
    'a handle that no store can keep': delivering(async (notice, options, honest) => {
      await honest(notice, options)
      return { handle: new Map() as never }
    }),
    'a handle that its own notifier refuses': delivering(async (notice, options, honest) => {
      if (options.handle !== undefined) throw new Error('what is this?')
      return honest(notice, options)
    }),
    'an update that is lost': delivering(async (notice, options, honest) =>
      options.handle === undefined ? honest(notice, options) : {},
    ),
  },
  'notifier/unknown-handle': {
    'a handle that is trusted': delivering(async (_, { handle }) => {
      ;(handle as never as { ts: string }).ts.length.toFixed()
    }),
    'a notice that is lost with its handle': silent,
  },
  'notifier/rollouts-do-not-mix': {
    'one message at a time': fixture => {
      let busy = false
      return delivering(async (notice, options, honest) => {
        if (busy) return
        busy = true
        await new Promise(resolve => setTimeout(resolve))
        busy = false
        return honest(notice, options)
      })(fixture)
    },
  },
  'notifier/any-text': {
    'a limit on the length of texts': delivering(async ({ snapshot }) => {
      if (snapshot.name.length > 3000) throw new BirdWatchError('NOTIFIER_REFUSED', 'too long')
    }),
  },
  'notifier/abort-before': { 'a delivery that does not look at the signal': deaf },
  'notifier/abort-during': {
    'a delivery that does not listen to the signal': deaf,
    'a fixture without the part it needs': without('hang'),
  },
  'notifier/refused': {
    'a refusal that is swallowed': swallowing,
    'a refusal that is to be tried again': throwing(() => new BirdWatchError('NOTIFIER_TIMEOUT', 'try again')),
    'a fixture without the part it needs': without('refuse'),
  },
  'notifier/server-error': {
    'a server error that is swallowed': swallowing,
    'a server error told as a refusal': throwing(() => new BirdWatchError('NOTIFIER_REFUSED', 'no')),
    'a fixture without the part it needs': without('fail'),
  },
  'notifier/errors-keep-secrets': {
    'a secret in the message': throwing(({ code }) => new BirdWatchError(code, 'token hush hush was refused')),
    'an error without a code': throwing(() => new Error('no')),
    'a fixture without the part it needs': without('secrets'),
  },
})
