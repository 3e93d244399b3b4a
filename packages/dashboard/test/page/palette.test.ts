import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../page/styles/tokens.css', import.meta.url), 'utf8')
const [light = '', dark = ''] = css.split('@media')
const colours = (text: string) =>
  Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(m => [m[1], m[2]]))

/** WCAG 2: how bright a colour is, and how far two are apart. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const texts = ['ink', 'ink-2', 'ink-3', 'canary-ink', 'healthy', 'unhealthy', 'unsure', 'reading']
const grounds = ['paper', 'surface', 'sunk', 'alarm']

describe.each([
  ['light', colours(light)],
  ['dark', colours(dark)],
])('The %s palette', (_, palette) => {
  it.each(texts)('can be read in --%s on every ground.', text => {
    const ratios = grounds.map(ground => contrast(palette[text] ?? '', palette[ground] ?? ''))

    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5)
  })
})
