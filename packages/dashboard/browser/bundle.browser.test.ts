import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, inject, it } from 'vitest'
import { describeInBrowser } from './support/browse.js'

/** Every file of the page that is served, by name. */
function served(): Record<string, Buffer> {
  const page = new URL(inject('page'))
  const names = readdirSync(page, { recursive: true, encoding: 'utf8' })
  const files = names.filter(name => /\.(html|js|css|svg)$/.test(name))
  return Object.fromEntries(files.map(name => [name, readFileSync(new URL(name, page))]))
}

describeInBrowser('The built page', () => {
  it('weighs less than 60 kB, compressed and all together.', () => {
    const total = Object.values(served()).reduce((sum, file) => sum + gzipSync(file).length, 0)

    console.log(`The page weighs ${(total / 1000).toFixed(1)} kB, compressed.`)
    expect(total).toBeLessThan(60_000)
  })

  it('has nothing inline, and nothing from elsewhere.', () => {
    const html = String(served()['index.html'])

    expect(html).not.toMatch(/<style|style=|onload=|<script(?![^>]* src="\.\/assets\/)/)
    expect(html).not.toMatch(/https?:\/\//)
  })

  it('carries the licences of what is in it.', () => {
    const licences = readFileSync(new URL('licenses.md', inject('page')), 'utf8')

    expect(licences).toMatch(/preact/)
    expect(licences).toMatch(/uplot/i)
  })
})
