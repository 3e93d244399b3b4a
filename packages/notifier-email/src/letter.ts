import { figure, type MetricNumbers, type Notice, render } from '@birdwatch/core'

/** What a message says, before it is text or HTML. */
export interface Letter {
  readonly subject: string
  readonly name: string
  /** The reason in the words that every surface has for it. */
  readonly sentence: string
  readonly facts: readonly Row[]
  /** The weight and the metrics, in the order of the picture's rows. */
  readonly readings: readonly Row[]
  /** How many metrics are not among them. */
  readonly omitted: number
  readonly footer: string
}

interface Row {
  readonly label: string
  readonly value: string
}

/** More rows would make no message that anybody reads. */
export const mostMetrics = 20

/** A text from outside in one line, without what is not seen, and no longer than `limit`. */
function clean(text: string, limit: number): string {
  const characters = [...text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()]
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('')
}

function readingOf({ name, reading, baseline, allowed, verdict }: MetricNumbers): Row {
  const found = reading === undefined ? 'no reading' : figure(reading)
  const before = baseline === undefined ? 'no baseline' : `baseline ${figure(baseline)}`
  const value = `${found} (${before}, allowed ±${figure(allowed)}), ${clean(verdict, 40)}`
  return { label: clean(name, 60), value }
}

/** The first sentence, without its full stop: what follows is what to do, and has its place below. */
const headline = (sentence: string) => sentence.split(/(?<=[.!?])\s/, 1)[0]?.replace(/\.$/, '') ?? ''

/** Puts a notice into words; whatever comes from outside is kept short. */
export function letterOf({ reason, rolloutId, snapshot }: Notice): Letter {
  const { service, phase, weight, canaryVersion, productionVersion = 'production', metrics, at } = snapshot
  const name = clean(snapshot.name, 200)
  const sentence = clean(render(reason), 5000)
  const versions = productionVersion === canaryVersion ? canaryVersion : `${productionVersion} → ${canaryVersion}`
  const when = new Date(at).toISOString().replace('T', ' ').slice(0, 19)
  return {
    subject: clean(`${clean(name, 60)}: ${headline(sentence)}`, 150),
    name,
    sentence,
    facts: [
      { label: 'Service', value: clean(service, 200) },
      { label: 'Versions', value: clean(versions, 200) },
      { label: 'Phase', value: clean(phase, 40) },
    ],
    readings: [
      { label: 'Canary weight', value: `${figure(weight)} %` },
      ...metrics.slice(0, mostMetrics).map(readingOf),
    ],
    omitted: Math.max(0, metrics.length - mostMetrics),
    footer: `${when} UTC · ${clean(rolloutId, 200)}`,
  }
}
