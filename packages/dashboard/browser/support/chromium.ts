import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser to test with: the one that `CHROMIUM` names, or where Linux distributions put it; undefined: none. */
export function findChromium(): string | undefined {
  const { CHROMIUM } = process.env
  return (CHROMIUM === undefined ? places : [CHROMIUM]).find(path => existsSync(path))
}

/** It needs no display, no network of its own, and no permission that a container lacks. */
export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
