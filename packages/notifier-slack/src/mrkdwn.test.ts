import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lines, mrkdwn, plain } from './mrkdwn.js'

describe('A text from outside', () => {
  it('can not mention anybody, nor be a link.', () => {
    expect(mrkdwn('<!channel> & <https://evil.example|click>')).toBe(
      '&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;',
    )
  })

  it('is kept whole up to the limit, and cut beyond it.', () => {
    expect(mrkdwn('12345', 5)).toBe('12345')
    expect(mrkdwn('123456', 5)).toBe('1234…')
  })

  it('is cut between two characters, never within one or within an entity.', () => {
    expect(mrkdwn('🐦🐦🐦', 5)).toBe('🐦🐦…')
    expect(mrkdwn('<<<', 9)).toBe('&lt;&lt;…')
  })

  it('is counted as Slack counts it, escaped: it is never longer than the limit.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        expect(mrkdwn(text, limit).length).toBeLessThanOrEqual(limit)
        expect(mrkdwn(text, 1000).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')).toBe(text)
      }),
    )
  })

  it('is one line where Slack parses nothing, and not escaped.', () => {
    expect(plain('a < b\n& c', 20)).toBe('a < b & c')
    expect(plain('123456', 5)).toBe('1234…')
  })
})

describe('A list', () => {
  it('is kept whole when it fits.', () => {
    expect(lines(['one', 'two'])).toBe('one\ntwo')
  })

  it('says how many lines did not fit.', () => {
    const many = Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(90)}`)

    const text = lines(many)

    expect(text.length).toBeLessThanOrEqual(3000)
    expect(text.split('\n').at(-1)).toBe('… and 70 more')
    expect(text.split('\n')).toHaveLength(31)
  })
})
