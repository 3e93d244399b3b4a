import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, describe, inject, onTestFinished } from 'vitest'
import type { DashboardOptions } from '../../src/index.js'
import { serve, type TestServer } from '../../test/support/server.js'
import { flags } from './chromium.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The browser's executable; empty: there is none. */
    chromium: string
    /** The directory of the page, built for these tests. */
    page: string
  }
}

let browser: Promise<Browser> | undefined

/** A suite that runs where there is a browser. */
export const describeInBrowser = (title: string, suite: () => void): void => {
  describe.runIf(inject('chromium') !== '')(title, suite)
  afterAll(async () => {
    await (await browser)?.close()
    browser = undefined
  })
}

export interface Tab extends TestServer {
  readonly page: Page
  /** What the page complained of, and whatever it asked of others. */
  readonly complaints: readonly string[]
}

interface Look extends BrowserContextOptions {
  /** Happens before the page is opened. */
  readonly before?: (server: TestServer) => void
  /** Where the page is opened. */
  readonly hash?: string
  /** Lets the test move the page's time on. */
  readonly clock?: boolean
}

/** A dashboard, and a fresh tab to look at it with. */
export async function open(
  options: Partial<DashboardOptions> = {},
  { before, hash = '', clock = false, ...look }: Look = {},
): Promise<Tab> {
  const server = await serve({ page: new URL(inject('page')), ...options })
  before?.(server)
  return { ...server, ...(await visit(server.url, { hash, clock, ...look })) }
}

/** A fresh tab that looks at a server. */
export async function visit(
  url: string,
  { hash = '', clock = false, ...look }: Omit<Look, 'before'> = {},
): Promise<Pick<Tab, 'page' | 'complaints'>> {
  browser ??= chromium.launch({ executablePath: inject('chromium'), args: flags })
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...look })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('request', request => request.url().startsWith(url) || complaints.push(`asked ${request.url()}`))
  if (clock) await page.clock.install()
  await page.goto(`${url}/${hash}`)
  return { page, complaints }
}
