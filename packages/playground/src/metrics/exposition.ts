import type { Measured } from './istio.js'
import { formatNumber } from './promql/literals.js'
import { nameLabel } from './series/labels.js'

/** The content type of the text below. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Writes series in the text format that Prometheus scrapes. */
export function exposition(measured: Iterable<Measured>): string {
  const families = new Map<string, string[]>()
  for (const { labels, value } of measured) {
    const { [nameLabel]: name = '', ...rest } = labels
    const pairs = Object.entries(rest).map(([label, text]) => `${label}="${escaped(text)}"`)
    const lines = families.get(familyOf(name)) ?? [`# TYPE ${familyOf(name)} ${typeOf(name)}`]
    families.set(familyOf(name), lines)
    lines.push(`${name}{${pairs.join(',')}} ${formatNumber(value)}`)
  }
  return [...families.values()]
    .flat()
    .map(line => `${line}\n`)
    .join('')
}

const familyOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '')

const typeOf = (name: string): string => (familyOf(name) === name ? 'counter' : 'histogram')

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
