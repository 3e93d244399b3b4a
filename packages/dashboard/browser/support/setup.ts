import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'
import { findChromium } from './chromium.js'

/** Builds the page as it is now, apart from the one that is shipped. */
export default async function setup(project: TestProject): Promise<void> {
  const chromium = findChromium()
  project.provide('chromium', chromium ?? '')
  const outDir = join(project.config.root, 'node_modules/.cache/browser-page')
  project.provide('page', pathToFileURL(`${outDir}/`).href)
  if (chromium !== undefined) {
    const configFile = join(project.config.root, 'vite.config.ts')
    const { NODE_ENV } = process.env
    process.env.NODE_ENV = 'production'
    await build({ configFile, logLevel: 'warn', build: { outDir } })
    process.env.NODE_ENV = NODE_ENV
    return
  }
  const missing = 'no Chromium was found; install it (apt-get install chromium) or name it in CHROMIUM'
  if (process.env.CI === 'true') throw new Error(`the browser tests can not run: ${missing}`)
  console.log(`The browser tests are skipped: ${missing}.`)
}
