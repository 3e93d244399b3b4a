import { BirdWatchError, type ErrorCode } from '@birdwatch/core'
import {
  type Fault,
  type MetricFixture,
  memoryNotifier,
  memoryRouter,
  memoryStore,
  type NotifierFixture,
  type RouterFixture,
  type StoreFixture,
  scriptedMetrics,
} from '../src/index.js'

const failure = (code: ErrorCode) => new BirdWatchError(code, `this is ${code}, as scripted`)

/** Fixtures of the in-memory ports, which keep every rule; the tests of the suites break them one way at a time. */
export function metricFixture(): MetricFixture {
  return {
    provider: scriptedMetrics({
      none: null,
      zero: 0,
      half: 0.5,
      negative: -3,
      moment: ({ at }) => at / 1000,
      hangs: 'hang',
      refused: failure('METRIC_QUERY_REFUSED'),
      fails: failure('METRIC_UNREACHABLE'),
      several: failure('METRIC_SEVERAL_SERIES'),
      range: failure('METRIC_NOT_A_NUMBER'),
      garbled: failure('METRIC_BAD_ANSWER'),
    }),
    numbers: { zero: 0, half: 0.5, negative: -3 },
    noData: 'none',
    moment: 'moment',
    hangs: 'hangs',
    refused: 'refused',
    fails: 'fails',
    several: 'several',
    notANumber: 'range',
    garbled: 'garbled',
    unreachable: scriptedMetrics(() => failure('METRIC_UNREACHABLE')),
    secrets: ['hush hush'],
  }
}

export function notifierFixture(): NotifierFixture {
  const notifier = memoryNotifier()
  return {
    notifier,
    shown: () => notifier.notices.map(({ snapshot }, i) => `${snapshot.name}: ${notifier.texts[i]}`),
    hang: () => notifier.fault('notify', { kind: 'hang' }, 10),
    refuse: () => notifier.fault('notify', { kind: 'refuse' }),
    fail: () => notifier.fault('notify', { kind: 'drop' }),
    secrets: ['hush hush'],
  }
}

const writes = ['prepare', 'shift', 'rollback', 'promote'] as const

export function routerFixture(router = memoryRouter()): RouterFixture {
  const target = { service: 'aleph' }
  router.mesh.remove({ service: 'gone' })
  const faultWrites = (fault: Fault) => {
    for (const method of writes) router.fault(method, fault, 10)
  }
  return {
    router,
    target,
    other: { service: 'beth' },
    absent: { service: 'gone' },
    version: 'v2',
    write: weight => router.write('somebody', weight, target),
    hang: () => faultWrites({ kind: 'hang' }),
    refuse: () => faultWrites({ kind: 'refuse' }),
    secrets: ['hush hush'],
  }
}

export function storeFixture(): StoreFixture {
  return { store: memoryStore() }
}
