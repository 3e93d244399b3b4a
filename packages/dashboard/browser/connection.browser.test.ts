import { createServer } from 'node:http'
import type { Page, Route } from 'playwright-core'
import { expect, inject, it, onTestFinished } from 'vitest'
import { dashboardHandler, type PlaygroundState, RolloutFeed } from '../src/index.js'
import { follow } from '../test/support/events.js'
import type { TestServer } from '../test/support/server.js'
import { resource, state } from '../test/support/states.js'
import { describeInBrowser, open } from './support/browse.js'

const aleph = ({ feed }: TestServer) => feed.put(resource, state())

/** Another process on the same port, with another weight. */
async function restart(port: number, weight: number): Promise<void> {
  const feed = new RolloutFeed()
  feed.put(resource, state('Progressing', { weight }))
  const handler = dashboardHandler({ source: feed, page: new URL(inject('page')) })
  const server = createServer(handler)
  onTestFinished(() => {
    handler.close()
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
}

describeInBrowser('A lost connection', () => {
  it('is said, what was seen stays, and all is well when somebody answers again.', async () => {
    const { page, port, stop } = await open({}, { before: aleph })
    await page.locator('.rows .row').waitFor()
    await stop()

    await page.getByRole('alert').getByText('The controller does not answer.').waitFor()
    expect(await page.locator('.rows .row').count()).toBe(1)
    await restart(port, 55)
    await page.getByRole('button', { name: /Try/ }).click()

    await page.getByText('Live').waitFor()
    await expect.poll(() => page.locator('.rows .row').textContent()).toContain('55 %')
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  })

  it('from the start is said as well.', async () => {
    const { page } = await open({ readers: 0 }, { before: aleph })

    await page.getByRole('alert').getByText('The controller does not answer.').waitFor()
    await page.getByRole('status', { name: 'Loading' }).waitFor()
  })

  it('that is not yet made shows the shape of what is to come.', async () => {
    const { page } = await open({}, { before: aleph })
    await page.route('**/api/events*', () => {})
    await page.goto(`${page.url()}#/shop/aleph`)
    await page.reload()

    await page.getByRole('status', { name: 'Loading' }).waitFor()
    await page.getByText('Connecting').waitFor()
  })

  it('shows nothing to copy before it is known how, however late that is, and asks again when it is lost.', async () => {
    const first = await open({ kubectl: 'kubectl --context=prod' }, { before: aleph })
    const page = await first.page.context().newPage()
    const asked: Route[] = []
    await page.route('**/api/session', route => void asked.push(route))
    await page.goto(`${first.url}/#/shop/aleph`)
    await page.getByText('Live').waitFor()
    await page.getByRole('status', { name: 'Loading' }).waitFor()

    await expect.poll(() => asked.length).toBe(1)
    await asked[0]?.abort()
    await expect.poll(() => asked.length).toBe(2)
    expect(await page.locator('pre').count()).toBe(0)
    await asked[1]?.continue()
    await page.getByText('kubectl --context=prod -n shop').first().waitFor()
  })
})

describeInBrowser('A connection', () => {
  it('on which nothing comes for too long is made anew.', async () => {
    const { page } = await open({ beatMs: 3_600_000 }, { before: aleph, clock: true })
    await page.getByText('Live').waitFor()
    const again = page.waitForRequest(/api\/events\?after=/)
    await page.clock.fastForward(36_000)
    await page.clock.fastForward(2000)

    await again
    await page.getByText('Live').waitFor()
  })

  it('is given up while nobody looks, and made again from where it was.', async () => {
    const { page, feed, url } = await open({ readers: 1 }, { before: aleph, clock: true })
    await page.getByText('Live').waitFor()
    await look(page, 'hidden')
    await page.clock.fastForward(61_000)
    const other = async () => {
      const stream = await follow(`${url}/api/events`)
      stream.close()
      return stream.status
    }
    await expect.poll(other).toBe(200)

    feed.put(resource, state('Progressing', { weight: 55 }))
    await look(page, 'visible')
    await expect.poll(() => page.locator('.rows .row').textContent()).toContain('55 %')
  })
})

/** Switches to another tab, or back, as far as the page can tell. */
const look = (page: Page, visibility: 'hidden' | 'visible') =>
  page.evaluate(value => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, visibility)

describeInBrowser('The playground', () => {
  it('shows real traffic, and what there is to try.', async () => {
    let on = false
    const changed: (() => void)[] = []
    const playground = {
      state: (): PlaygroundState => ({
        note: 'The mesh is a stand-in.',
        services: [
          {
            namespace: 'shop',
            service: 'aleph',
            versions: [
              { version: 'v1', role: 'production', requestsPerSecond: 75, errorsPerSecond: 0, latencyMs: 12 },
              { version: 'v2', role: 'canary', requestsPerSecond: 25, errorsPerSecond: 5 },
            ],
          },
        ],
        controls: [
          { id: 'fail', kind: 'switch', on, label: 'Make v2 fail' },
          { id: 'next', kind: 'button', label: 'New canary', unavailable: 'The present rollout has to end first.' },
        ],
      }),
      subscribe: (listener: () => void) => {
        changed.push(listener)
        return () => {}
      },
      act: async (_: string, to: boolean | undefined) => {
        on = to ?? on
        for (const listener of changed) listener()
      },
    }
    const { page } = await open({ playground }, { before: aleph })
    const panel = page.getByRole('region', { name: 'Playground' })

    await panel.getByText('25 %').waitFor()
    await panel.getByText('The mesh is a stand-in.').waitFor()
    expect(await panel.getByRole('button', { name: 'New canary' }).isDisabled()).toBe(true)
    await panel.getByRole('switch', { name: 'Make v2 fail' }).click()
    await expect.poll(() => panel.getByRole('switch', { name: 'Make v2 fail' }).isChecked()).toBe(true)
    expect(on).toBe(true)
  })
})
