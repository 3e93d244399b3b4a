import { useEffect, useState } from 'preact/hooks'

/** The colours of the style sheet: a canvas can not take them by itself. */
export interface Colours {
  readonly ink: string
  readonly faint: string
  readonly grid: string
  readonly canary: string
  readonly canaryFill: string
  readonly reading: string
  readonly band: string
  readonly bandEdge: string
  readonly healthy: string
  readonly unhealthy: string
  readonly unsure: string
  readonly surface: string
}

// biome-ignore format: a table.
const names: Readonly<Record<keyof Colours, string>> = {
  ink: '--ink', faint: '--ink-3', grid: '--line', canary: '--canary-ink', canaryFill: '--canary-soft', reading: '--reading',
  band: '--band', bandEdge: '--band-edge', healthy: '--healthy', unhealthy: '--unhealthy', unsure: '--unsure', surface: '--surface',
}

function read(): Colours {
  const style = getComputedStyle(document.documentElement)
  const entries = Object.entries(names).map(([key, name]) => [key, style.getPropertyValue(name).trim()])
  return Object.fromEntries(entries) as Colours
}

/** The colours of the present scheme. */
export function useColours(): Colours {
  const [colours, setColours] = useState(read)
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const change = () => setColours(read())
    scheme.addEventListener('change', change)
    return () => scheme.removeEventListener('change', change)
  }, [])
  return colours
}

export const colourOf = (health: string, colours: Colours): string =>
  health === 'healthy' ? colours.healthy : health === 'unhealthy' ? colours.unhealthy : colours.unsure
