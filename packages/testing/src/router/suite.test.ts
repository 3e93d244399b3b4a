import { BirdWatchError, type ReadyTraffic } from '@birdwatch/core'
import { routerFixture } from '../../test/fixtures.js'
import { everyMutantIsCaught } from '../../test/mutants.js'
import {
  cached,
  deaf,
  failing,
  refusingWith,
  routing,
  seeing,
  tokenless,
  without,
  withoutFact,
} from '../../test/router-mutations.js'
import { memoryRouter } from '../memory/router.js'
import { trafficRouterSuite } from './suite.js'

everyMutantIsCaught(trafficRouterSuite, () => routerFixture(), {
  'router/contract-is-1': { 'another version of the contract': routing(() => ({ contract: 2 as never })) },
  'router/observes-weight': {
    'a share told as a fraction of one': seeing(() => ({ weight: Number.NaN })),
    'a resolution of nothing': seeing(() => ({ resolution: 0 })),
    'a target that is absent': fixture => ({ ...fixture, target: fixture.absent }),
  },
  'router/own-writes-show-at-once': {
    'an observation that lags behind': fixture => {
      let last: ReadyTraffic | undefined
      return seeing(traffic => {
        const shown = last ?? traffic
        last = traffic
        return { weight: shown.weight }
      })(fixture)
    },
    'a shift that does nothing': routing(() => ({ shift: async () => {} })),
  },
  'router/rounds-to-expected': {
    'coarse units told as they are': () => {
      const fixture = routerFixture(memoryRouter({ units: 7 }))
      return routing(honest => ({ observe: (target, { signal }) => honest.observe(target, { signal }) }))(fixture)
    },
    'only the first of the expected': routing(honest => ({
      observe: async (target, options) => {
        const traffic = await honest.observe(target, options)
        return { ...traffic, weight: options.expected?.[0] ?? 0 } as ReadyTraffic
      },
    })),
  },
  'router/expected-hides-nothing': {
    'the expected weight told unseen': routing(honest => ({
      observe: async (target, options) => {
        const traffic = await honest.observe(target, options)
        return { ...traffic, weight: options.expected?.[0] ?? (traffic as ReadyTraffic).weight } as ReadyTraffic
      },
    })),
  },
  'router/never-rounds-to-none': {
    'a small weight rounded to none': seeing(({ weight }) => ({ weight: Math.floor(weight / 10) * 10 })),
  },
  'router/foreign-writes-show-live': {
    'a live read from the cache': () =>
      routing(honest => ({
        observe: (target, { expected = [], signal }) => honest.observe(target, { expected, signal }),
      }))(cached(routerFixture())),
    'a fixture without the part it needs': without('write'),
  },
  'router/absent-is-missing': {
    'an error where there is nothing': routing((honest, { absent }) => ({
      observe: (target, options) =>
        target === absent ? Promise.reject(new Error('404')) : honest.observe(target, options),
    })),
    'a weight where there is nothing': routing(() => ({ observe: async () => ({ state: 'ready', weight: 0 }) })),
    'no reason': routing(() => ({ observe: async () => ({ state: 'missing', reason: ' ' }) })),
  },
  'router/targets-are-independent': {
    'one weight for all': routing((honest, { target: first }) => ({
      observe: (_, options) => honest.observe(first, options),
    })),
  },
  'router/targets-survive-a-store': {
    'targets told apart by identity': routing((honest, { target: first }) => ({
      shift: async (target, weight, change) => (target === first ? honest.shift(target, weight, change) : undefined),
    })),
  },
  'router/shift-is-idempotent': {
    'a generation that counts writes': fixture => {
      let writes = 0
      return routing(honest => ({
        shift: async (target, weight, change) => {
          writes++
          await honest.shift(target, weight, change)
        },
        observe: async (target, options) => {
          const traffic = await honest.observe(target, options)
          return { ...traffic, generation: writes } as ReadyTraffic
        },
      }))(fixture)
    },
    'a shift that adds': routing(honest => ({
      shift: async (target, weight, change) => {
        const { weight: present } = (await honest.observe(target, change)) as ReadyTraffic
        await honest.shift(target, Math.min(100, present + weight), { signal: change.signal })
      },
    })),
  },
  'router/current-token-is-accepted': {
    'a token that is never current': seeing(() => ({ token: 'stale' })),
    'no token': withoutFact('token'),
  },
  'router/stale-token-is-refused': {
    'a token that is not looked at': tokenless,
    'a refusal with another code': routing(honest => ({
      shift: (target, weight, change) =>
        honest
          .shift(target, weight, change)
          .catch(() => Promise.reject(new BirdWatchError('TRAFFIC_REFUSED', 'HTTP 409'))),
    })),
    'a refusal that writes': routing(honest => ({
      shift: (target, weight, change) =>
        honest.shift(target, weight, change).catch(async error => {
          await honest.shift(target, weight, { signal: change.signal })
          throw error
        }),
    })),
    'no token': withoutFact('token'),
  },
  'router/stale-after-foreign-write': {
    'a token that counts only its own writes': tokenless,
    'a fixture without the part it needs': without('write'),
    'no token': withoutFact('token'),
  },
  'router/one-of-two-shifts-wins': {
    'a token compared apart from its write': routing(honest => ({
      shift: async (target, weight, { token, signal }) => {
        const { token: present } = (await honest.observe(target, { signal })) as ReadyTraffic
        if (token !== undefined && token !== present) throw new BirdWatchError('TRAFFIC_STALE', 'it moved on')
        await honest.shift(target, weight, { signal })
      },
    })),
    'no token': withoutFact('token'),
  },
  'router/rollback-from-anywhere': {
    'a rollback that goes one step back': routing(honest => ({
      rollback: async (target, change) => {
        const { weight } = (await honest.observe(target, change)) as ReadyTraffic
        await honest.shift(target, Math.max(0, weight - 10), change)
      },
    })),
    'a rollback that fails when there is nothing to do': routing(honest => ({
      rollback: async (target, change) => {
        const { weight } = (await honest.observe(target, change)) as ReadyTraffic
        if (weight === 0) throw new BirdWatchError('TRAFFIC_STALE', 'it is 0 already')
        await honest.rollback(target, change)
      },
    })),
  },
  'router/rollback-wins-races': {
    'a rollback that is guarded like a shift': fixture => {
      let token: string | undefined
      return routing(honest => ({
        observe: async (target, options) => {
          const traffic = await honest.observe(target, options)
          token = (traffic as ReadyTraffic).token
          return traffic
        },
        rollback: (target, { signal }) =>
          honest.shift(target, 0, { signal, ...(token === undefined ? {} : { token }) }),
      }))(fixture)
    },
    'a fixture without the part it needs': without('write'),
  },
  'router/generation-counts-changes': {
    'a generation that stands still': seeing(() => ({ generation: 1 })),
    'a generation that rises with every look': fixture => {
      let looks = 0
      return seeing(() => ({ generation: looks++ }))(fixture)
    },
    'no generation': withoutFact('generation'),
  },
  'router/knows-its-own-writes': {
    'every write taken for its own': seeing(() => ({ writer: { name: 'me', self: true } })),
    "every write taken for somebody else's": seeing(() => ({ writer: { name: 'them', self: false } })),
    'no writer': withoutFact('writer'),
  },
  'router/prepare-labels-the-canary': {
    'a prepare that does nothing': routing(() => ({ prepare: async () => {} })),
    'a prepare that relabels production': routing(honest => ({ prepare: honest.promote })),
    'a prepare that moves traffic': routing(honest => ({
      prepare: async (target, change) => {
        await honest.prepare(target, change)
        await honest.shift(target, 1, change)
      },
    })),
    'no versions': withoutFact('versions'),
  },
  'router/prepare-is-idempotent': {
    'a second prepare that fails': fixture => {
      let prepared = false
      return routing(honest => ({
        prepare: async (target, change) => {
          if (prepared) throw new BirdWatchError('TRAFFIC_REFUSED', 'it is there already')
          prepared = true
          await honest.prepare(target, change)
        },
      }))(fixture)
    },
  },
  'router/promote-converges': {
    'a promotion without an end': seeing(() => ({ settled: false })),
    'a promotion that does nothing': routing(() => ({ promote: async () => {} })),
  },
  'router/promote-never-goes-back': {
    'the weight taken away before the label is set': routing(honest => ({
      promote: async (target, change) => {
        const { weight } = (await honest.observe(target, change)) as ReadyTraffic
        await (weight > 0 ? honest.rollback(target, change) : honest.promote(target, change))
      },
    })),
    'no versions': withoutFact('versions'),
  },
  'router/promote-is-idempotent': {
    'a further step at every call': routing(honest => ({
      promote: async (target, change) => {
        const { weight, versions } = (await honest.observe(target, change)) as ReadyTraffic
        if (weight === 0 && versions?.production === change.version) return honest.shift(target, 100, change)
        await honest.promote(target, change)
      },
    })),
  },
  'router/promote-can-go-back': {
    'a promotion of newer versions only': routing(honest => ({
      promote: async (target, change) => {
        const { versions } = (await honest.observe(target, change)) as ReadyTraffic
        if (change.version >= (versions?.production ?? '')) await honest.promote(target, change)
      },
    })),
    'no versions': withoutFact('versions'),
  },
  'router/watch-calls': {
    'a watch that never calls': routing(() => ({ watch: () => () => {} })),
    'a watch that can not be ended': routing(honest => ({
      watch: (target, changed) => {
        honest.watch?.(target, changed)
        return () => {}
      },
    })),
    'no watch': routing(() => ({ watch: undefined as never })),
  },
  'router/abort-before': {
    'a write that does not look at the signal': deaf,
    'a write that rejects and is done': routing(honest => ({
      shift: async (target, weight, { signal }) => {
        await honest.shift(target, weight, { signal: new AbortController().signal })
        signal.throwIfAborted()
      },
    })),
  },
  'router/abort-during': {
    'a write that does not listen to the signal': deaf,
    'a fixture without the part it needs': without('hang'),
  },
  'router/absent-is-not-written': {
    'nothing said about a target that is absent': fixture => ({ ...fixture, absent: { service: 'gimel' } }),
    'another code': failing(new BirdWatchError('TRAFFIC_REFUSED', 'HTTP 404')),
  },
  'router/refusal-is-told': {
    'a refusal told as an outage': refusingWith(new BirdWatchError('TRAFFIC_UNREACHABLE', 'try again')),
    'a refusal that is swallowed': fixture => ({ ...fixture, refuse: () => {} }),
    'a fixture without the part it needs': without('refuse'),
  },
  'router/errors-keep-secrets': {
    'a secret in the message': refusingWith(new BirdWatchError('TRAFFIC_REFUSED', 'token hush hush was refused')),
    'an error without a code': refusingWith(new Error('HTTP 403')),
    'a fixture without the part it needs': without('secrets'),
  },
})
