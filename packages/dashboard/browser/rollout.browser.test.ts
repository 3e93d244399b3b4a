import type { Reason } from '@birdwatch/core'
import { expect, it } from 'vitest'
import type { TestServer } from '../test/support/server.js'
import { resource, state } from '../test/support/states.js'
import { describeInBrowser, open } from './support/browse.js'

const hash = '#/shop/aleph'
const manifest = { kind: 'BirdWatch', spec: { service: 'aleph' } }
const soon = () => ({ since: Date.now() - 60_000, nextCheckAt: Date.now() + 30_000 })

const aleph = ({ feed }: TestServer) => {
  for (const weight of [5, 10, 15]) feed.put(resource, state('Progressing', { weight }))
  const unhealthy = { name: 'errors', baseline: 1, reading: 9, allowed: 0.5, verdict: 'unhealthy', at: Date.now() }
  const reason = {
    code: 'unhealthy',
    metric: 'errors',
    reading: 9,
    baseline: 1,
    allowed: 0.5,
    action: 'freeze',
    weight: 20,
    version: 'v2',
  } as const
  feed.put({ ...resource, manifest }, state('Frozen', { reason, metrics: { errors: unhealthy }, ...soon() }))
}

describeInBrowser('The page of a rollout', () => {
  it('says where it is and why, before anything else.', async () => {
    const { page, complaints } = await open({}, { before: aleph, hash })
    const hero = await page.locator('.hero').textContent()
    await expect.poll(() => page.title()).toBe('20 % aleph v2 · BirdWatch')

    expect(hero).toMatch(
      /aleph[\s\S]*Frozen[\s\S]*next check in 0:\d\d[\s\S]*v2 is unhealthy at 20\s%: errors is 9, baseline 1/,
    )
    expect(hero).toMatch(/20 %[\s\S]*v2[\s\S]*v1[\s\S]*80 %/)
    expect(complaints).toEqual([])
  })

  it('draws the weight and every metric, and tells them in words as well.', async () => {
    const { page } = await open({}, { before: aleph, hash })
    const charts = page.getByRole('img')
    await charts.first().waitFor()

    expect(await charts.first().getAttribute('aria-label')).toMatch(/^Canary weight from 5 % to 20 %/)
    expect(await charts.nth(1).getAttribute('aria-label')).toBe(
      'errors: reading 9, baseline 1, allowed 0.5 to 1.5, unhealthy',
    )
    const drawn = await page
      .locator('canvas')
      .first()
      .evaluate(canvas => {
        const { width, height } = canvas as HTMLCanvasElement
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? {
          data: [],
        }
        return new Set(data).size
      })
    expect(drawn).toBeGreaterThan(20)
  })

  it('tells what was at the time that is pointed at, in every chart at once.', async () => {
    const { page } = await open({}, { before: aleph, hash })
    await page.locator('.u-over').first().hover()
    const readouts = page.locator('.readout')

    await expect.poll(() => readouts.first().textContent()).toMatch(/\d\d:\d\d:\d\d/)
    await expect.poll(() => readouts.nth(1).textContent()).toMatch(/\d\d:\d\d:\d\d/)
  })

  it('tells what happened, newest first.', async () => {
    const { page } = await open({}, { before: aleph, hash })
    const history = page.locator('.history li')
    await expect.poll(() => history.count()).toBe(4)

    const lines = await history.allInnerTexts()
    expect(lines[0]).toContain('Frozen')
    expect(lines[3]).toContain('Progressing')
  })

  it('says since when it has watched, where something was before, and shows raises as one line until asked.', async () => {
    const since = Date.now() - 50_000
    const before = ({ feed }: TestServer) => {
      for (const to of [20, 25, 30, 35]) {
        const reason: Reason = { code: 'raised', from: to - 5, to, limit: 100, metrics: [] }
        feed.put(resource, state('Progressing', { weight: to, reason, since, startedAt: since - 60_000 }))
      }
    }
    const { page } = await open({}, { before, hash })
    const raises = page.locator('.climb li')

    await page.getByText(/^This page has watched it since \d\d:\d\d:\d\d/).waitFor()
    await page.getByText('kubectl -n shop get events').waitFor()
    expect(await raises.first().isVisible()).toBe(false)
    await page.getByText('Reached in 3 steps from 25').click()
    expect(await raises.allInnerTexts()).toHaveLength(3)
    expect(await raises.first().isVisible()).toBe(true)
  })

  it('says what is wanted, and what the traffic still is, while a rollback is refused.', async () => {
    const refused = { weight: 0, from: 30, blocked: true, decidedAt: Date.now() }
    const { page } = await open({}, { before: ({ feed }) => feed.put(resource, state('RollingBack', refused)), hash })

    expect(await page.locator('.hero .ends').textContent()).toMatch(/^30 %\s*v2 canary\s*0 % wanted/)
  })

  it('has the exact line for each command, and no button where it only looks.', async () => {
    const { page } = await open({ kubectl: 'kubectl --context=prod' }, { before: aleph, hash })
    const lines = page.locator('.commands pre')

    await expect.poll(() => lines.count()).toBe(4)
    expect(await lines.allInnerTexts()).toContain(
      'kubectl --context=prod -n shop annotate bw aleph otomato.link/command=resume',
    )
    expect(await page.getByRole('button', { name: 'Promote', exact: true }).count()).toBe(0)
  })

  it('copies a line.', async () => {
    const permissions = ['clipboard-read', 'clipboard-write']
    const { page } = await open({}, { before: aleph, hash, permissions })
    await page.getByRole('button', { name: 'Copy the line to abort' }).click()

    await page.getByRole('button', { name: 'Copy the line to abort' }).getByText('Copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/command=abort$/)
  })

  it('gives a command when it may, and asks twice before it moves all traffic.', async () => {
    const given: string[] = []
    const commands = async (_: object, command: string) => void given.push(command)
    const { page } = await open({ commands }, { before: aleph, hash })
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect.poll(() => given).toEqual(['resume'])

    await page.getByRole('button', { name: 'Abort', exact: true }).click()
    expect(given).toEqual(['resume'])
    await page.getByRole('button', { name: 'Yes, abort' }).click()
    await expect.poll(() => given).toEqual(['resume', 'abort'])
  })

  it('shows why a command could not be handed over.', async () => {
    const commands = async () => {
      throw new Error('the BirdWatch is being deleted')
    }
    const { page } = await open({ commands }, { before: aleph, hash })
    await page.getByRole('button', { name: 'Resume', exact: true }).click()

    await page.getByText('the BirdWatch is being deleted').waitFor()
  })

  it('shows the resource as YAML.', async () => {
    const { page } = await open({}, { before: aleph, hash })
    await page.getByRole('heading', { name: 'YAML' }).click()

    await page.getByText('kind: BirdWatch').waitFor()
  })

  it('says when there is none, and shows it as soon as there is.', async () => {
    const { page, feed } = await open({}, { hash })
    await page.getByRole('heading', { name: 'There is no rollout shop/aleph' }).waitFor()
    feed.put(resource, state())

    await page.getByRole('heading', { name: 'aleph', level: 1 }).waitFor()
  })

  it('fits a phone.', async () => {
    const title = 'BirdWatch playground'
    const { page } = await open(
      { title },
      { before: aleph, hash, viewport: { width: 360, height: 740 }, isMobile: true },
    )
    await page.locator('canvas').first().waitFor()

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    // Its name stands in one line.
    expect((await page.locator('.brand').boundingBox())?.height).toBeLessThan(32)
  })

  it('is dark where people like it dark.', async () => {
    const ground = async (colorScheme: 'light' | 'dark') => {
      const { page } = await open({}, { before: aleph, hash, colorScheme })
      await page.locator('canvas').first().waitFor()
      return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    }

    expect(await ground('light')).not.toBe(await ground('dark'))
  })

  it('moves nothing where people want it still.', async () => {
    const { page } = await open({}, { before: aleph, hash, reducedMotion: 'reduce' })
    await page.locator('canvas').first().waitFor()

    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
  })
})
