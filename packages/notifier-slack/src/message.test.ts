import type { NoticeSnapshot, Reason } from '@birdwatch/core'
import { sampleNotice, sampleReasons } from '@birdwatch/testing'
import { describe, expect, it } from 'vitest'
import { limitsBroken } from '../test/limits.js'
import { asRead } from '../test/read.js'
import { messageOf } from './message.js'

const hint = (command: string) => `kubectl annotate bw aleph otomato.link/command=${command}`
const read = (reason: Reason, facts: Partial<NoticeSnapshot> = {}) =>
  `\n${asRead(messageOf(sampleNotice(reason, { facts }), hint).blocks)}\n`
const sick = { metric: 'errors', reading: 0.8, baseline: 0.1, allowed: 0.5 }
const metrics = [
  { name: 'errors', baseline: 0.1, reading: 0.8, allowed: 0.5, verdict: 'unhealthy' },
  { name: 'latency', baseline: 118, reading: 120.5, allowed: 50, verdict: 'healthy' },
]

describe('What people read', () => {
  it('when an unhealthy canary is rolled back.', () => {
    const reason: Reason = {
      code: 'unhealthy',
      ...sick,
      action: 'rollback',
      weight: 20,
      version: 'v04',
      production: 'v03',
    }

    expect(read(reason, { phase: 'RollingBack', weight: 0, metrics })).toMatchInlineSnapshot(`
      "
      # :rotating_light: shop/aleph
      v04 is unhealthy at 20 %: errors is 0.8, baseline 0.1, allowed deviation 0.5. Rolling back: all traffic goes to production (v03). Mend the canary and deploy it anew, or command \`retry\`.
      *Service* aleph | *Versions* v03 → v04 | *Phase* RollingBack | *Canary weight* 0 %
      • *errors*: 0.8 (baseline 0.1, allowed ±0.5), unhealthy
      • *latency*: 120.5 (baseline 118, allowed ±50), healthy
      \`kubectl annotate bw aleph otomato.link/command=retry\`
      2026-01-02 03:04:05 UTC · aleph-1
      "
    `)
  })

  it('when an unhealthy canary is frozen: the commands to choose from.', () => {
    const reason: Reason = { code: 'unhealthy', ...sick, action: 'freeze', weight: 20, version: 'v04' }

    expect(read(reason, { phase: 'Frozen', metrics })).toMatchInlineSnapshot(`
      "
      # :rotating_light: shop/aleph
      v04 is unhealthy at 20 %: errors is 0.8, baseline 0.1, allowed deviation 0.5. Frozen at this weight: a person decides. Command \`resume\`, \`promote\` or \`abort\`.
      *Service* aleph | *Versions* v03 → v04 | *Phase* Frozen | *Canary weight* 20 %
      • *errors*: 0.8 (baseline 0.1, allowed ±0.5), unhealthy
      • *latency*: 120.5 (baseline 118, allowed ±50), healthy
      \`kubectl annotate bw aleph otomato.link/command=resume\`
      \`kubectl annotate bw aleph otomato.link/command=promote\`
      \`kubectl annotate bw aleph otomato.link/command=abort\`
      2026-01-02 03:04:05 UTC · aleph-1
      "
    `)
  })

  it('when the weight is raised.', () => {
    const reason: Reason = { code: 'raised', from: 10, to: 20, limit: 50, metrics: [{ ...sick, reading: 0.2 }] }

    expect(read(reason)).toMatchInlineSnapshot(`
      "
      # :arrow_upper_right: shop/aleph
      Canary weight 10 % -> 20 % (limit 50 %): errors is 0.2, baseline 0.1, allowed deviation 0.5.
      *Service* aleph | *Versions* v03 → v04 | *Phase* Progressing | *Canary weight* 20 %
      • *errors*: 0.2 (baseline 0.1, allowed ±0.5), healthy
      2026-01-02 03:04:05 UTC · aleph-1
      "
    `)
  })

  it('when the canary is promoted.', () => {
    const reason: Reason = { code: 'promoted', version: 'v04', production: 'v03', seconds: 540 }

    expect(read(reason, { phase: 'Promoted', weight: 0, productionVersion: 'v04' })).toMatchInlineSnapshot(`
      "
      # :white_check_mark: shop/aleph
      v04 is production in place of v03, after 540 seconds.
      *Service* aleph | *Versions* v04 | *Phase* Promoted | *Canary weight* 0 %
      • *errors*: 0.2 (baseline 0.1, allowed ±0.5), healthy
      2026-01-02 03:04:05 UTC · aleph-1
      "
    `)
  })

  it('when somebody else has changed the traffic.', () => {
    const reason: Reason = { code: 'paused_foreign', expected: 20, found: 35, writer: 'argocd-controller' }

    expect(read(reason, { phase: 'Paused', weight: 35, metrics: [] })).toMatchInlineSnapshot(`
      "
      # :rotating_light: shop/aleph
      Somebody else changed the traffic: expected weight 20 %, found weight 35 %; last writer: argocd-controller. Hands off until a person decides: \`resume\` adopts it, \`abort\` rolls back, \`promote\` promotes.
      *Service* aleph | *Versions* v03 → v04 | *Phase* Paused | *Canary weight* 35 %
      \`kubectl annotate bw aleph otomato.link/command=resume\`
      \`kubectl annotate bw aleph otomato.link/command=abort\`
      \`kubectl annotate bw aleph otomato.link/command=promote\`
      2026-01-02 03:04:05 UTC · aleph-1
      "
    `)
  })

  it('when nothing was measured yet, and production has no version.', () => {
    const { productionVersion: _, ...facts } = sampleNotice({ code: 'started', version: 'v04' }).snapshot
    const message = messageOf(
      {
        ...sampleNotice({ code: 'started', version: 'v04' }),
        snapshot: { ...facts, metrics: [{ name: 'errors', allowed: 0.5, verdict: 'inconclusive' }] },
      },
      undefined,
    )

    expect(`\n${asRead(message.blocks)}\n`).toMatchInlineSnapshot(`
      "
      # :information_source: shop/aleph
      The rollout of v04 begins; production keeps all traffic until the baseline is taken.
      *Service* aleph | *Versions* production → v04 | *Phase* Progressing | *Canary weight* 20 %
      • *errors*: no reading (no baseline, allowed ±0.5), inconclusive
      2026-01-02 03:04:05 UTC · aleph-1
      "
    `)
  })

  it('in a notification: the same sentence, with the name in front.', () => {
    const { text } = messageOf(sampleNotice({ code: 'undone', version: 'v03' }), undefined)

    expect(text).toBe(':information_source: shop/aleph: v03 is production again.')
  })
})

describe('A message', () => {
  it('is within the limits of Slack for every reason, however long its facts are.', () => {
    const long = '<&> '.repeat(3000)
    const metric = { name: long, baseline: 1e-7, reading: 1e21, allowed: 0.5, verdict: long }
    const facts = { name: long, service: long, canaryVersion: long, metrics: Array.from({ length: 60 }, () => metric) }
    const reasons: Reason[] = [...sampleReasons, { code: 'objects_gone', detail: long }]

    const messages = reasons.map(reason => messageOf(sampleNotice(reason, { facts, rolloutId: long }), () => long))

    expect(messages.map(message => limitsBroken({ ...message })).filter(broken => broken !== undefined)).toEqual([])
  })

  it('mentions nobody, whoever named the service.', () => {
    const facts = { name: '<!channel>', service: '<@U1>', productionVersion: '<!here>', metrics: [] }
    const reason: Reason = { code: 'objects_gone', detail: '<!everyone>' }

    const { text, blocks } = messageOf(sampleNotice(reason, { facts, rolloutId: '<!channel>' }), () => '<!channel>')

    const parsed = JSON.stringify([text, blocks.filter(({ type }) => type !== 'header')])
    expect(parsed).not.toMatch(/<[!@#](?!date)/)
  })

  it('shows its moment in the time zone of the reader.', () => {
    const { blocks } = messageOf(sampleNotice({ code: 'undone', version: 'v03' }), undefined)

    expect(JSON.stringify(blocks.at(-1))).toContain(
      '<!date^1767323045^{date_short_pretty} {time_secs}|2026-01-02 03:04:05 UTC>',
    )
  })

  it('shows no commands where there is no hint how to give them.', () => {
    const reason: Reason = { code: 'holding_at_limit', weight: 50, limit: 50 }

    const without = messageOf(sampleNotice(reason), undefined)
    const left = messageOf(sampleNotice(reason), () => undefined)

    expect(without.blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'section', 'context'])
    expect(left).toEqual(without)
  })

  it.each<[string, Reason, string[]]>([
    [
      'a dead canary that nobody rolls back',
      { code: 'dead_canary', action: 'none', available: 0, desired: 2, failed: false, weight: 5, version: 'v04' },
      ['abort'],
    ],
    [
      'a dead canary that is rolled back',
      { code: 'dead_canary', action: 'rollback', available: 0, desired: 2, failed: false, weight: 5, version: 'v04' },
      [],
    ],
    [
      'an unhealthy canary that is left',
      { code: 'unhealthy', ...sick, action: 'none', weight: 20, version: 'v04' },
      ['abort'],
    ],
    ['a production that is gone', { code: 'no_production', weight: 20 }, ['resume', 'promote', 'abort']],
    ['a pause', { code: 'paused', weight: 20 }, ['resume']],
    ['a lock', { code: 'paused', weight: 20, lock: true }, []],
    ['the limit', { code: 'holding_at_limit', weight: 50, limit: 50 }, ['promote']],
    ['a rollback', { code: 'rolled_back', version: 'v04', because: 'It was sick.' }, ['retry']],
    ['a promotion', { code: 'promoted', version: 'v04' }, []],
  ])('offers the commands that its sentence names: %s.', (_, reason, commands) => {
    const offered: string[] = []
    messageOf(sampleNotice(reason), command => void offered.push(command) as undefined)

    expect(offered).toEqual(commands)
  })
})
