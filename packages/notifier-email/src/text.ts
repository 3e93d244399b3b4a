import type { Letter } from './letter.js'

/** The message for those who read no HTML. */
export function asText({ name, sentence, facts, readings, omitted, footer }: Letter): string {
  const line = ({ label, value }: Letter['facts'][number]) => `${label}: ${value}`
  return [
    name,
    '',
    sentence,
    '',
    ...facts.map(line),
    '',
    ...readings.map(line),
    ...(omitted === 0 ? [] : [`… and ${omitted} more`]),
    '',
    footer,
    '',
  ].join('\n')
}
