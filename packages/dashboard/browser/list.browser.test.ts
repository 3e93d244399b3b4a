import { expect, it } from 'vitest'
import type { TestServer } from '../test/support/server.js'
import { state } from '../test/support/states.js'
import { describeInBrowser, open } from './support/browse.js'

const named = (name: string) => ({ namespace: 'shop', name })
const service = (name: string, weight = 20) => {
  const target = { name: `shop/${name}`, service: name, canaryVersion: 'v2', ref: name }
  return state('Progressing', { target, weight })
}

const three = ({ feed }: TestServer) => {
  for (const name of ['aleph', 'beth', 'gimel']) feed.put(named(name), service(name))
}
const thousands = ({ feed }: TestServer) => {
  for (const name of Array.from({ length: 5000 }, (_, i) => `s${String(i).padStart(4, '0')}`))
    feed.put(named(name), service(name))
}

describeInBrowser('The list of rollouts', () => {
  it('shows each with its versions, phase, weight and reason, and keeps to its own server.', async () => {
    const { page, complaints } = await open({}, { before: three })
    const text = await page.locator('.rows .row').first().textContent()

    expect(text).toMatch(/aleph[\s\S]*v1[\s\S]*v2[\s\S]*Progressing[\s\S]*20 %[\s\S]*healthy[\s\S]*Healthy at 20\s%/)
    expect(complaints).toEqual([])
  })

  it('changes as the rollouts do.', async () => {
    const { page, feed } = await open({}, { before: three })
    await page.locator('.rows .row').first().waitFor()
    feed.put(named('aleph'), service('aleph', 55))
    feed.remove('shop/beth')

    await expect.poll(() => page.locator('.rows .row').count()).toBe(2)
    await expect.poll(() => page.locator('.rows .row').first().textContent()).toContain('55 %')
  })

  it('is filtered as one types, and says when nothing is left.', async () => {
    const { page } = await open({}, { before: three })
    await page.locator('.rows .row').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('gim')
    await expect.poll(() => page.locator('.rows .row').count()).toBe(1)

    await page.keyboard.type('zzz')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => page.locator('.rows .row').count()).toBe(3)
  })

  it('leads to a rollout and back by the keyboard alone.', async () => {
    const { page } = await open({}, { before: three })
    await page.getByRole('link', { name: 'aleph', exact: true }).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('beth')

    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'beth', level: 1 }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.rows .row').first().waitFor()
  })

  it('draws only what is seen of thousands, and comes to the last at once.', async () => {
    const { page } = await open({}, { before: thousands })
    const rows = page.locator('.rows .row')
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(60)

    await page.getByRole('link', { name: 's0000' }).focus()
    await page.keyboard.press('End')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('s4999')
    expect(await page.getByRole('link', { name: 's4999' }).isVisible()).toBe(true)
    expect(await rows.count()).toBeLessThan(60)
    expect(await rows.last().getAttribute('aria-setsize')).toBe('5000')
  })

  it('keeps the focus on a rollout that scrolls out of sight.', async () => {
    const { page } = await open({}, { before: thousands })
    await page.getByRole('link', { name: 's0001' }).focus()
    await page.mouse.wheel(0, 60_000)
    await page
      .getByRole('link', { name: /s1\d\d\d/ })
      .first()
      .waitFor()

    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('s0001')
  })

  it('says how to begin when there is nothing.', async () => {
    const { page, feed } = await open()
    await page.getByRole('heading', { name: 'No canaries yet' }).waitFor()
    feed.put(named('aleph'), service('aleph'))

    await page.locator('.rows .row').waitFor()
  })

  it('fits a phone.', async () => {
    const { page } = await open({}, { before: three, viewport: { width: 360, height: 740 }, isMobile: true })
    await page.locator('.rows .row').first().waitFor()

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })
})
