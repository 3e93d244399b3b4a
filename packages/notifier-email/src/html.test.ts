import { sampleNotice } from '@birdwatch/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asHtml } from './html.js'
import { letterOf } from './letter.js'

const notice = sampleNotice({ code: 'promoted', version: 'v04', production: 'v03', seconds: 120 })
const html = asHtml(letterOf(notice), 'picture@id')

/** What is read, without the markup. */
const asRead = (text: string) =>
  text
    .replaceAll(/<title>.*<\/title>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

describe('The HTML', () => {
  it('says the same as the text.', () => {
    expect(asRead(html)).toBe(
      'shop/aleph v04 is production in place of v03, after 120 seconds. Service aleph Versions v03 → v04 Phase Progressing Canary weight 20 % errors 0.2 (baseline 0.1, allowed ±0.5), healthy 2026-01-02 03:04:05 UTC · aleph-1',
    )
  })

  it('shows the picture that is attached, once, beside as many rows as it has.', () => {
    expect(html.match(/<img [^>]*>/g)).toEqual([
      expect.stringMatching(/src="cid:picture@id" width="240" height="48" alt="The canary's weight, .*"/),
    ])
    expect(html).toContain('<td rowspan="2"')
  })

  it('fetches nothing from anywhere: that would tell who reads it.', () => {
    expect(html).not.toMatch(/https?:|url\(|<link|<script|@import/i)
  })

  it('takes nothing from outside for markup.', () => {
    const evil = `</title></table><script>alert("1")</script>&amp;'`
    const metrics = [{ name: evil, allowed: 1, verdict: evil }]
    const facts = { name: evil, service: evil, phase: evil, canaryVersion: evil, productionVersion: evil, metrics }
    const wild = asHtml(letterOf(sampleNotice({ code: 'objects_gone', detail: evil }, { facts, rolloutId: evil })), 'x')

    expect(wild).not.toContain('<script')
    expect(wild.match(/<\/title>/g)).toHaveLength(1)
    expect(wild.match(/<\/table>/g)).toHaveLength(2)
    expect(wild).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;')
  })

  it('has the same tags, whatever comes from outside.', () => {
    const tags = (text: string) => {
      const metrics = [{ name: text, allowed: 1, verdict: text }]
      const facts = { name: text, service: text, phase: text, canaryVersion: text, metrics }
      const wild = asHtml(
        letterOf(sampleNotice({ code: 'objects_gone', detail: text }, { facts, rolloutId: text })),
        'x',
      )
      return wild.match(/<[^>]*>/g)
    }
    const plain = tags('plain')

    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', '!', '-', ';') }), text => {
        expect(tags(text)).toEqual(plain)
      }),
    )
  })

  it('says how many metrics are not shown.', () => {
    const metrics = Array.from({ length: 23 }, () => ({ name: 'errors', allowed: 1, verdict: 'healthy' }))

    expect(asRead(asHtml(letterOf(sampleNotice(notice.reason, { facts: { metrics } })), 'x'))).toContain('… and 3 more')
    expect(html).not.toContain('more')
  })
})
