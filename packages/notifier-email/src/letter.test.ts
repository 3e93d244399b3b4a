import { type Reason, render } from '@birdwatch/core'
import { sampleNotice, sampleReasons } from '@birdwatch/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { letterOf } from './letter.js'
import { asText } from './text.js'

const errors = { metric: 'errors', reading: 0.8, baseline: 0.1, allowed: 0.5 }
const unhealthy: Reason = {
  code: 'unhealthy',
  ...errors,
  action: 'rollback',
  weight: 20,
  version: 'v04',
  production: 'v03',
}

describe('A letter', () => {
  it('says what the reason says, and gives every number of the rollout.', () => {
    expect(asText(letterOf(sampleNotice(unhealthy)))).toBe(`shop/aleph

v04 is unhealthy at 20 %: errors is 0.8, baseline 0.1, allowed deviation 0.5. Rolling back: all traffic goes to production (v03). Mend the canary and deploy it anew, or command \`retry\`.

Service: aleph
Versions: v03 → v04
Phase: Progressing

Canary weight: 20 %
errors: 0.2 (baseline 0.1, allowed ±0.5), healthy

2026-01-02 03:04:05 UTC · aleph-1
`)
  })

  it('says so where a number is not known.', () => {
    const metrics = [{ name: 'errors', allowed: 0.5, verdict: 'inconclusive' }]
    const { readings } = letterOf(sampleNotice(unhealthy, { facts: { metrics } }))

    expect(readings[1]).toEqual({ label: 'errors', value: 'no reading (no baseline, allowed ±0.5), inconclusive' })
  })

  it('names one version where both are the same, and production where its version is not known.', () => {
    const versions = (facts: { productionVersion?: string }) => {
      const notice = sampleNotice(unhealthy)
      const { productionVersion: _, ...snapshot } = notice.snapshot
      return letterOf({ ...notice, snapshot: { ...snapshot, ...facts } }).facts[1]?.value
    }

    expect(versions({ productionVersion: 'v04' })).toBe('v04')
    expect(versions({})).toBe('production → v04')
  })

  it.each(sampleReasons.map(reason => [reason.code, reason] as const))(
    'says %s in the words of `render`.',
    (_, reason) => {
      expect(letterOf(sampleNotice(reason)).sentence).toBe(render(reason))
    },
  )
})

describe('The subject', () => {
  it.each<[Reason, string]>([
    [unhealthy, 'shop/aleph: v04 is unhealthy at 20 %: errors is 0.8, baseline 0.1, allowed deviation 0.5'],
    [
      { code: 'promoted', version: 'v04', production: 'v03', seconds: 120 },
      'shop/aleph: v04 is production in place of v03, after 120 seconds',
    ],
    [{ code: 'holding_at_limit', weight: 50, limit: 50 }, 'shop/aleph: Holding at the traffic limit of 50 %, healthy'],
  ])('names the rollout and what happened, not what to do: %j.', (reason, subject) => {
    expect(letterOf(sampleNotice(reason)).subject).toBe(subject)
  })

  it('is one line, and short, whatever the rollout is called.', () => {
    const name = `shop/\r\nBcc: boss@example.com\u0000${'x'.repeat(500)}`
    const { subject } = letterOf(sampleNotice(unhealthy, { facts: { name } }))

    expect(subject).toMatch(/^shop\/ Bcc: boss@example\.com x+…: v04 is unhealthy/)
    expect([...subject].length).toBeLessThanOrEqual(150)
    expect(subject).not.toMatch(/\p{Cc}/u)
  })

  it('is one line, and short, whatever comes from outside.', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(text, text, (name, detail) => {
        const { subject } = letterOf(sampleNotice({ code: 'objects_gone', detail }, { facts: { name } }))

        return [...subject].length <= 150 && !/\p{Cc}|[\u2028\u2029]/u.test(subject)
      }),
    )
  })

  it('is not cut in the middle of a character.', () => {
    const name = '\u{1f426}'.repeat(100)

    expect(letterOf(sampleNotice(unhealthy, { facts: { name } })).subject).toMatch(/^\u{1f426}{59}…: /u)
  })
})

describe('What comes from outside', () => {
  it('is kept short.', () => {
    const long = 'long '.repeat(4000)
    const metrics = Array.from({ length: 60 }, () => ({ name: long, allowed: 1, verdict: long }))
    const facts = { name: long, service: long, phase: long, metrics }
    const letter = letterOf(sampleNotice({ code: 'objects_gone', detail: long }, { facts, rolloutId: long }))

    expect(letter.readings).toHaveLength(21)
    expect(letter.omitted).toBe(40)
    expect(asText(letter)).toContain('\n… and 40 more\n')
    expect(asText(letter).length).toBeLessThan(10_000)
  })
})
