import { describe, expect, test } from 'vitest'
import { figure, type Level, levelOf, type Reason, type ReasonCode, reasonCatalogue, render } from './reasons.js'

const errors = { metric: 'errors', reading: 1.23456, baseline: 0.1, allowed: 0.5 }
const latency = { metric: 'latency', reading: 120.5, baseline: 118, allowed: 50 }

/** Every reason as people read it: with all that can be known, and with as little as must be. */
const golden: { readonly [C in ReasonCode]: readonly [Omit<Reason<C>, 'code'>, string][] } = {
  waiting_for_canary: [
    [{ version: 'v2', available: 1, desired: 3 }, 'Waiting for the canary v2: 1 of 3 available.'],
    [
      { version: 'v2', looked: 'no Deployment has version=v2' },
      'Waiting for the canary v2: no Deployment has version=v2.',
    ],
    [{ version: 'v2' }, 'Waiting for the canary v2: there is none yet.'],
  ],
  waiting_for_production: [
    [{ version: 'v1' }, 'Waiting for production (v1) to be available: a canary needs something to fall back to.'],
    [{}, 'Waiting for production to be available: a canary needs something to fall back to.'],
  ],
  waiting_for_traffic: [
    [{ detail: 'there is no VirtualService.' }, 'Waiting for routes to shift: there is no VirtualService.'],
  ],
  started: [
    [
      { version: 'v2', production: 'v1' },
      'The rollout of v2 begins; production (v1) keeps all traffic until the baseline is taken.',
    ],
    [{ version: 'v2' }, 'The rollout of v2 begins; production keeps all traffic until the baseline is taken.'],
  ],
  measuring_baseline: [[{ version: 'v2' }, 'Taking the baseline before v2 gets any traffic.']],
  waiting_for_data: [
    [
      { metric: 'errors', cause: 'no_data' },
      'Waiting for the baseline: errors has no data. It is asked again every interval; if no data means zero here, set `no_data: zero`.',
    ],
    [
      { metric: 'errors', cause: 'METRIC_UNREACHABLE', detail: 'connect ECONNREFUSED' },
      'Waiting for the baseline: errors can not be read (METRIC_UNREACHABLE: connect ECONNREFUSED). It is asked again every interval.',
    ],
  ],
  raised: [
    [
      { from: 5, to: 10, limit: 50, metrics: [errors, latency] },
      'Canary weight 5 % -> 10 % (limit 50 %): errors is 1.235, baseline 0.1, allowed deviation 0.5; latency is 120.5, baseline 118, allowed deviation 50.',
    ],
    [
      { from: 0, to: 5, limit: 50, metrics: [{ metric: 'errors', allowed: 0.5 }] },
      'Canary weight 0 % -> 5 % (limit 50 %): errors has no data, baseline unknown, allowed deviation 0.5.',
    ],
  ],
  check_passed: [
    [{ weight: 10, metrics: [latency] }, 'Healthy at 10 %: latency is 120.5, baseline 118, allowed deviation 50.'],
  ],
  holding_at_limit: [
    [
      { weight: 50, limit: 50 },
      'Holding at the traffic limit of 50 %, healthy. To go on: command `promote`, or raise `traffic_limit`.',
    ],
  ],
  holding_failures: [
    [
      { ...errors, count: 1, needed: 3, weight: 10 },
      'Holding at 10 %: unhealthy check 1 of the 3 needed to act; errors is 1.235, baseline 0.1, allowed deviation 0.5.',
    ],
  ],
  holding_inconclusive: [
    [{ metric: 'errors', cause: 'no_data', weight: 10 }, 'Holding at 10 %: errors is inconclusive (no data).'],
    [
      { metric: 'errors', cause: 'error', detail: 'no answer within 10 s', weight: 10 },
      'Holding at 10 %: errors is inconclusive (error: no answer within 10 s).',
    ],
  ],
  holding_availability: [
    [{ available: 1, desired: 3, weight: 10 }, 'Holding at 10 %: 1 of 3 canary pods are available.'],
  ],
  holding_traffic: [
    [{ detail: 'there is no VirtualService.', weight: 10 }, 'Holding, 10 % was set last: there is no VirtualService.'],
  ],
  metric_trouble: [
    [
      { metric: 'errors', cause: 'METRIC_TIMEOUT', detail: 'no answer within 10 s', weight: 10 },
      'errors can not be judged (METRIC_TIMEOUT: no answer within 10 s). The weight holds at 10 % until it can.',
    ],
    [
      { metric: 'errors', cause: 'no_data', weight: 10 },
      'errors can not be judged (no_data). The weight holds at 10 % until it can.',
    ],
  ],
  metric_recovered: [
    [{ metric: 'errors', seconds: 90 }, 'errors can be judged again, after 90 seconds.'],
    [{ metric: 'errors', seconds: 1 }, 'errors can be judged again, after 1 second.'],
  ],
  unhealthy: [
    [
      { ...errors, action: 'rollback', weight: 10, version: 'v2', production: 'v1' },
      'v2 is unhealthy at 10 %: errors is 1.235, baseline 0.1, allowed deviation 0.5. Rolling back: all traffic goes to production (v1). Mend the canary and deploy it anew, or command `retry`.',
    ],
    [
      { ...errors, action: 'freeze', weight: 10, version: 'v2' },
      'v2 is unhealthy at 10 %: errors is 1.235, baseline 0.1, allowed deviation 0.5. Frozen at this weight: a person decides. Command `resume`, `promote` or `abort`.',
    ],
    [
      { ...errors, action: 'none', weight: 10, version: 'v2' },
      'v2 is unhealthy at 10 %: errors is 1.235, baseline 0.1, allowed deviation 0.5. Nothing is done about it here. Command `abort` to roll back.',
    ],
    [
      { ...errors, reading: -1, improved: true, action: 'freeze', weight: 10, version: 'v2' },
      'v2 is unhealthy at 10 %: errors is -1, baseline 0.1, allowed deviation 0.5. Frozen at this weight: a person decides. Command `resume`, `promote` or `abort`. The metric went down: if that is good, set `direction` to `increase`.',
    ],
    [
      { metric: 'errors', baseline: 0.1, allowed: 0.5, action: 'rollback', weight: 10, version: 'v2' },
      'v2 is unhealthy at 10 %: errors has no data, baseline 0.1, allowed deviation 0.5. Rolling back: all traffic goes to production. Mend the canary and deploy it anew, or command `retry`.',
    ],
  ],
  dead_canary: [
    [
      { action: 'rollback', available: 0, desired: 3, failed: false, weight: 10, version: 'v2' },
      'v2 can not serve: 0 of 3 pods available at 10 %. Rolling back.',
    ],
    [
      { action: 'none', available: 1, desired: 3, failed: true, weight: 10, version: 'v2' },
      'v2 can not serve: its progress deadline has passed, 1 of 3 pods available at 10 %. Nothing is done about it here. Command `abort` to roll back.',
    ],
  ],
  no_production: [
    [
      { version: 'v1', weight: 10 },
      'No pod of production (v1) is available: moving traffic there would be an outage. Frozen at 10 %. Bring production back, then `resume`, or command `promote` or `abort`.',
    ],
    [
      { weight: 10 },
      'No pod of production is available: moving traffic there would be an outage. Frozen at 10 %. Bring production back, then `resume`, or command `promote` or `abort`.',
    ],
  ],
  limit_lowered: [[{ from: 40, to: 10 }, 'The traffic limit was lowered: canary weight 40 % -> 10 %.']],
  raise_withdrawn: [
    [{ from: 15, to: 10 }, 'A raise to 15 % could not be applied in time and is withdrawn; the weight stays at 10 %.'],
  ],
  paused: [
    [{ by: 'kubectl', weight: 10 }, 'Paused at 10 % by kubectl. Command `resume` to go on.'],
    [{ weight: 10 }, 'Paused at 10 %. Command `resume` to go on.'],
    [{ weight: 10, lock: true }, 'Paused at 10 % by `paused: true`. Set it to false to go on.'],
  ],
  paused_foreign: [
    [
      { expected: 10, found: 35, versions: 'v0/v2', writer: 'argocd-controller' },
      'Somebody else changed the traffic: expected weight 10 %, found weight 35 %, versions v0/v2; last writer: argocd-controller. Hands off until a person decides: `resume` adopts it, `abort` rolls back, `promote` promotes.',
    ],
    [
      { expected: 10 },
      'Somebody else changed the traffic: expected weight 10 %, found routes that disagree. Hands off until a person decides: `resume` adopts it, `abort` rolls back, `promote` promotes.',
    ],
  ],
  resumed: [
    [{ by: 'kubectl', weight: 10 }, 'Resumed at 10 % by kubectl; the next check is a full interval away.'],
    [{ weight: 10 }, 'Resumed at 10 %; the next check is a full interval away.'],
  ],
  adopted: [
    [{ by: 'kubectl', weight: 35 }, 'Resumed by kubectl: the weight of 35 % that was found is adopted as a new step.'],
    [{ weight: 35 }, 'Resumed: the weight of 35 % that was found is adopted as a new step.'],
  ],
  promoting: [
    [{ cause: 'passed', weight: 100, version: 'v2' }, 'Every check passed: promoting v2 from 100 %.'],
    [{ cause: 'command', by: 'kubectl', weight: 10, version: 'v2' }, 'Promoting v2 from 10 %, commanded by kubectl.'],
    [{ cause: 'command', weight: 0, version: 'v2', unmeasured: true }, 'Promoting v2 from 0 %, commanded, unmeasured.'],
    [{ cause: 'undo', by: 'kubectl', weight: 0, version: 'v1' }, 'Going back to v1, commanded by kubectl.'],
  ],
  promoted: [
    [{ version: 'v2', production: 'v1', seconds: 600 }, 'v2 is production in place of v1, after 600 seconds.'],
    [{ version: 'v2' }, 'v2 is production.'],
  ],
  already_production: [[{ version: 'v2' }, 'v2 is production already: there is nothing to roll out.']],
  aborted: [
    [
      { by: 'kubectl', weight: 10, production: 'v1' },
      'Aborted at 10 % by kubectl: all traffic goes to production (v1).',
    ],
    [{ weight: 0 }, 'Aborted at 0 %: all traffic goes to production.'],
  ],
  interrupted: [
    [{ expected: 10 }, 'A rollback of ours was found that was not recorded (expected 10 %): finishing it.'],
  ],
  new_target: [
    [
      { cause: 'version', from: 'v2', to: 'v3', weight: 10 },
      'v3 replaces v2 as the canary: rolling back from 10 %, then starting anew.',
    ],
    [
      { cause: 'build', from: 'v2', to: 'v2', weight: 10 },
      'There is a new build of v2: rolling back from 10 %, then starting anew.',
    ],
    [
      { cause: 'metrics', from: 'v2', to: 'v2', weight: 10 },
      'The metrics of v2 were changed: rolling back from 10 %, then starting anew.',
    ],
    [
      { cause: 'routes', from: 'v2', to: 'v2', weight: 10 },
      'The service or the subsets of v2 were changed: rolling back from 10 %, then starting anew.',
    ],
  ],
  deleted: [[{ weight: 10 }, 'The rollout is being deleted: rolling back from 10 %.']],
  left_as_is: [
    [
      { weight: 35, cause: 'foreign' },
      'Deleted, and the traffic is left as it is (35 %): somebody else had changed it.',
    ],
    [
      { weight: 10, cause: 'no_production' },
      'Deleted, and the traffic is left as it is (10 %): no production pod is available.',
    ],
  ],
  objects_gone: [
    [{ detail: 'VirtualService aleph was deleted.' }, 'What was routed is gone: VirtualService aleph was deleted.'],
  ],
  rolled_back: [
    [
      { version: 'v2', production: 'v1', because: 'Aborted at 10 %.' },
      'v2 is rolled back; all traffic is on production (v1). Aborted at 10 %.',
    ],
    [{ version: 'v2', because: 'Aborted.' }, 'v2 is rolled back; all traffic is on production. Aborted.'],
  ],
  undone: [[{ version: 'v1' }, 'v1 is production again.']],
  rollback_blocked: [
    [
      { cause: 'TRAFFIC_REFUSED', detail: 'forbidden', weight: 10 },
      'The rollback from 10 % is refused (TRAFFIC_REFUSED: forbidden). It is tried again and again; check permissions and admission, or set the weight to 0 by hand.',
    ],
  ],
  stuck: [
    [
      { seconds: 1800, phase: 'Progressing', because: 'Holding at 10 %.' },
      'No progress for 1800 seconds in Progressing. Holding at 10 %.',
    ],
  ],
  invalid: [
    [{ field: 'increment', detail: 'it is 11' }, 'Not started: increment: it is 11'],
    [{ detail: 'aleph is taken by default/other' }, 'Not started: aleph is taken by default/other'],
  ],
  policy_rejected: [
    [
      { field: 'increment', detail: 'it is 11' },
      'The edit is not used (increment: it is 11); the rollout goes on as before.',
    ],
    [{ detail: 'two forms' }, 'The edit is not used (two forms); the rollout goes on as before.'],
  ],
  drifted: [
    [
      { found: 35, versions: 'v1/v2', writer: 'kubectl-edit' },
      'The traffic was changed after the rollout had ended: weight 35 %, versions v1/v2; last writer: kubectl-edit. Nothing is done about it.',
    ],
    [{}, 'The traffic was changed after the rollout had ended: routes that disagree. Nothing is done about it.'],
  ],
  command_refused: [
    [
      { command: 'abort', why: 'too_late: the rollout is Promoting' },
      'Command `abort` refused: too_late: the rollout is Promoting.',
    ],
  ],
}

const codes = Object.keys(golden) as ReasonCode[]
const examples = codes.flatMap(code =>
  golden[code].map(([data, text]) => ({ reason: { code, ...data } as Reason, text })),
)

describe('A reason', () => {
  test.each(examples)('$reason.code reads: $text', ({ reason, text }) => {
    expect(render(reason)).toBe(text)
  })

  test.each(examples)('$reason.code says nothing that is not known', ({ reason }) => {
    expect(render(reason)).not.toMatch(/undefined|NaN|null|\[object|\s\s|^\s|\s$/)
  })

  test.each(examples)('$reason.code reads the same after it was stored', ({ reason, text }) => {
    expect(render(JSON.parse(JSON.stringify(reason)))).toBe(text)
  })
})

describe('The catalogue of reasons', () => {
  test('has a stable set of codes: they are part of the public interface', () => {
    expect(Object.keys(reasonCatalogue).sort()).toEqual([...codes].sort())
  })

  test.each<[Level, ReasonCode[]]>([
    ['progress', ['raised', 'rolled_back']],
    [
      'alert',
      ['unhealthy', 'dead_canary', 'no_production', 'paused_foreign', 'left_as_is', 'rollback_blocked', 'stuck'],
    ],
    [
      'silent',
      [
        'waiting_for_canary',
        'waiting_for_production',
        'waiting_for_traffic',
        'measuring_baseline',
        'waiting_for_data',
        'check_passed',
        'holding_failures',
        'holding_inconclusive',
        'holding_availability',
        'raise_withdrawn',
      ],
    ],
  ])('says %s of exactly these', (level, expected) => {
    expect(codes.filter(code => reasonCatalogue[code].level === level)).toEqual(expect.arrayContaining(expected))
    expect(codes.filter(code => reasonCatalogue[code].level === level)).toHaveLength(expected.length)
  })

  test('tells how loudly a reason is told', () => {
    expect(levelOf({ code: 'undone', version: 'v1' })).toBe('notice')
    expect(levelOf({ code: 'no_production', weight: 10 })).toBe('alert')
  })
})

describe('A figure', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.1 + 0.2, '0.3'],
    [1.23456, '1.235'],
    [-1.23456, '-1.235'],
    [99.999, '100'],
    [123_456, '123500'],
    [0.000123456, '0.0001235'],
    [1_234_567_890, '1235000000'],
  ])('of %d is %s', (number, text) => {
    expect(figure(number)).toBe(text)
  })
})
